/** What was changed while the app ran: /api/audit. */
import { read } from './http';

export interface AuditRecord {
  id: string;
  at: string;
  who: string;
  what: string;
  target: string;
  why: string;
  details?: string;
}

export const listAudit = (after?: string, stop?: AbortSignal) =>
  read<{ records: AuditRecord[]; next?: string }>('audit', { limit: 100, after }, stop);
