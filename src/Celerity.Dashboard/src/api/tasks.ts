/** Tasks: /api/tasks. */
import { apiPath } from '../text/address';
import { change, type Query, read } from './http';

export interface TaskFailure {
  attempt: number;
  category?: string;
  type?: string;
  message?: string;
  at: string;
  host?: string;
  stack?: string;
  duration?: string;
}

export interface TaskAttempt {
  attempt: number;
  state: string;
  startedAt?: string;
  endedAt?: string;
  seconds?: number;
  host?: string;
  failure?: TaskFailure;
}

export interface LogLine {
  attempt: number;
  at: string;
  level: string;
  text: string;
  exception?: string;
}

export interface TaskRecord {
  id: string;
  task: string;
  state: string;
  queue?: string;
  attempt?: number;
  crashes?: number;
  correlationId?: string;
  traceId?: string;
  run?: string;
  step?: string;
  tags?: string[];
  sentAt?: string;
  dueAt?: string;
  startedAt?: string;
  endedAt?: string;
  host?: string;
  category?: string;
  reason?: string;
  progress?: { attempt: number; at: string; fraction?: number; message?: string };
  failures?: TaskFailure[];
  attempts?: TaskAttempt[];
  log?: LogLine[];
  logDropped?: number;
  logLeftOut?: string;
  payload?: unknown;
  payloadLeftOut?: string;
  result?: unknown;
  resultExpiresAt?: string;
}

export interface TaskPage {
  tasks: TaskRecord[];
  next?: string;
}

export const listTasks = (query: Query, stop?: AbortSignal) => read<TaskPage>('tasks', query, stop);
export const getTask = (id: string, stop?: AbortSignal) => read<TaskRecord>(`tasks/${apiPath(id)}`, {}, stop);
export const revokeTask = (id: string) => change('POST', `tasks/${apiPath(id)}/revoke`);
export const retryTask = (id: string, note: object) => change<{ action: string; task?: string }>('POST', `tasks/${apiPath(id)}/retry`, note);
