/** Payloads as text. Pure. */

/** JSON, indented; a text that is JSON is not taken apart. */
export const pretty = (value: unknown): string => (value === undefined ? '' : JSON.stringify(value, null, 2));

/** The beginning of a text, never half of a character. */
export function cut(text: string, most: number): string {
  if (text.length <= most) {
    return text;
  }

  const last = text.charCodeAt(most - 1);
  return `${text.slice(0, last >= 0xd800 && last <= 0xdbff ? most - 1 : most)}…`;
}
