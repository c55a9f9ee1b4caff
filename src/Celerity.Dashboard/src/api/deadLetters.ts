/** Dead letters, their groups, and what is done with them: /api/dead-letters. */
import { apiPath } from '../text/address';
import { change, type Query, read } from './http';
import type { Note } from './note';
import type { LogLine, TaskFailure } from './tasks';

export interface LetterGroup {
  id: string;
  task?: string;
  kind: string;
  category: string;
  exception?: string;
  frames: string[];
  reason: string;
  severity: string;
  open: number;
  replayed: number;
  setAside: number;
  total: number;
  firstSeen: string;
  lastSeen: string;
  lastDay: number[];
  sample: string;
}

export interface Letter {
  id: string;
  group: string;
  kind: string;
  subjectId: string;
  state: string;
  task?: string;
  queue: string;
  category: string;
  severity: string;
  reason: string;
  at: string;
  host: string;
  appVersion?: string;
  attempt: number;
  crashes: number;
  correlationId?: string;
  traceId?: string;
  run?: string;
  stage?: string;
  chunk?: number;
  size: number;
  replays: number;
  replayOf?: string;
  replayedAs?: string;
  replayedAt?: string;
  failures: TaskFailure[];
  log: LogLine[];
  logDropped: number;
  headers: Record<string, string>;
  payload?: unknown;
}

export interface LetterAction {
  id: string;
  kind: string;
  state: string;
  filter: Record<string, string | undefined>;
  letter?: string;
  who: string;
  why: string;
  createdAt: string;
  endedAt?: string;
  expected: number;
  done: number;
  setAside: number;
  refused: number;
  reason?: string;
  taskId?: string;
}

export interface LetterPreview {
  matched: number;
  affected: number;
  setAside: number;
  refused: number;
  reasons: string[];
  tasks: Record<string, number>;
  isPartial: boolean;
}

/** Which letters, and how they are replayed. */
export interface LetterOrder extends Note {
  filter: Record<string, string>;
  dryRun?: boolean;
  canary?: number;
  rate?: string;
}

export const listGroups = (query: Query, stop?: AbortSignal) =>
  read<{ groups: LetterGroup[]; count: number; open: number }>('dead-letter-groups', query, stop);
export const listLetters = (query: Query, stop?: AbortSignal) => read<{ letters: Letter[]; next?: string }>('dead-letters', query, stop);
export const getLetter = (id: string, stop?: AbortSignal) => read<Letter>(`dead-letters/${apiPath(id)}`, {}, stop);
export const replayLetter = (id: string, body: Note & { payload?: unknown }) =>
  change<LetterAction>('POST', `dead-letters/${apiPath(id)}/replay`, body);
export const previewReplay = (order: LetterOrder) => change<LetterPreview>('POST', 'dead-letter-replays', { ...order, dryRun: true });
export const replayLetters = (order: LetterOrder) => change<LetterAction>('POST', 'dead-letter-replays', order);
export const previewPurge = (order: LetterOrder) => change<LetterPreview>('POST', 'dead-letter-purges', { ...order, dryRun: true });
export const purgeLetters = (order: LetterOrder) => change<LetterAction>('POST', 'dead-letter-purges', order);
export const listActions = (stop?: AbortSignal) => read<{ actions: LetterAction[] }>('dead-letter-actions', { limit: 20 }, stop);
export const cancelAction = (id: string, note: Note) => change('POST', `dead-letter-actions/${apiPath(id)}/cancel`, note);
