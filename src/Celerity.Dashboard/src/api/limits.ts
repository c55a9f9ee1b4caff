/** Task types with their settings in force, pauses, and circuits: /api/limits, /api/task-types, /api/circuits. */
import { apiPath } from '../text/address';
import { change, read } from './http';
import type { Note } from './note';

export interface Setting {
  name: string;
  value?: string | null;
  default?: string | null;
  isChanged: boolean;
}

export interface TaskType {
  task: string;
  queue: string;
  rate?: string | null;
  concurrency?: number | string | null;
  circuit?: string | null;
  isPaused: boolean;
  settings: Setting[];
}

export interface Circuit {
  name: string;
  state: string;
  isForced: boolean;
  tasks: string[];
  at?: string;
  until?: string;
  openingCount: number;
  who?: string;
  why?: string;
}

export type CircuitOrder = 'open' | 'close' | 'automatic';

const path = (task: string, what: string) => `task-types/${apiPath(task)}/${what}`;

export const listLimits = (stop?: AbortSignal) => read<{ tasks: TaskType[] }>('limits', {}, stop);
export const putSettings = (task: string, settings: Record<string, string>, note: Note) =>
  change('PUT', path(task, 'settings'), { settings, ...note });
export const pauseTask = (task: string, note: Note) => change('POST', path(task, 'pause'), note);
export const resumeTask = (task: string, note: Note) => change('POST', path(task, 'resume'), note);
export const listCircuits = (stop?: AbortSignal) => read<{ circuits: Circuit[] }>('circuits', {}, stop);
export const forceCircuit = (name: string, order: CircuitOrder, note: Note) => change('POST', `circuits/${apiPath(name)}/${order}`, note);
