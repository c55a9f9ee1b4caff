/** Who does something, and why: what the audit keeps. */
export interface Note {
  who?: string;
  why?: string;
}
