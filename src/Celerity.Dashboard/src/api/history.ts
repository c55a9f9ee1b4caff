/** Figures by minute and hour: /api/history. */
import type { Bucket } from '../text/series';
import { read } from './http';

export interface TaskFigures {
  task: string;
  sent: number;
  started: number;
  succeeded: number;
  failed: number;
  retried: number;
  durationP50?: number | null;
  durationP95?: number | null;
}

export interface History {
  from: string;
  to: string;
  step: 'minute' | 'hour';
  points: Bucket[];
  tasks: TaskFigures[];
}

export const getHistory = (from: Date, to: Date, task?: string, stop?: AbortSignal) =>
  read<History>('history', { from: from.toISOString(), to: to.toISOString(), task }, stop);
