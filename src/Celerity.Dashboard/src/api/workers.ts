/** Processes of the app: /api/workers. */
import { apiPath } from '../text/address';
import { change, read } from './http';

export interface RunningTask {
  name: string;
  id: string;
  attempt: number;
  since: string;
  progress?: number;
  message?: string;
}

export interface Worker {
  id: string;
  host: string;
  processId: number;
  state: string;
  reason?: string;
  startedAt: string;
  seenAt: string;
  appVersion?: string;
  workingSetBytes: number;
  heapBytes: number;
  tasksRun: number;
  tasksFailed: number;
  zombies: number;
  running: RunningTask[];
  runningLeftOut: number;
}

export const listWorkers = (stop?: AbortSignal) => read<{ workers: Worker[] }>('workers', {}, stop);
export const drainWorker = (id: string, reason: string) => change('POST', `workers/${apiPath(id)}/drain`, { reason });
export const recycleWorker = (id: string, reason: string) => change('POST', `workers/${apiPath(id)}/recycle`, { reason });
