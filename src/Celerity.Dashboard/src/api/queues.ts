/** Queues as they are now: /api/queues. */
import { apiPath } from '../text/address';
import { change, read } from './http';
import type { Note } from './note';

export interface QueueView {
  name: string;
  length?: number | null;
  oldestSeconds?: number | null;
  held?: number | null;
  poison?: number | null;
  isPaused: boolean;
  pause?: { who: string; why: string; at: string } | null;
  tasks: string[];
}

export const listQueues = (stop?: AbortSignal) => read<{ at: string; queues: QueueView[] }>('queues', {}, stop);
export const pauseQueue = (name: string, note: Note) => change('POST', `queues/${apiPath(name)}/pause`, note);
export const resumeQueue = (name: string, note: Note) => change('POST', `queues/${apiPath(name)}/resume`, note);
export const purgeQueue = (name: string) => change<{ revoked: number }>('POST', `queues/${apiPath(name)}/purge`);
