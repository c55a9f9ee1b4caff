/** Schedules: /api/schedules. */
import { apiPath } from '../text/address';
import { change, read } from './http';
import type { Note } from './note';

export interface Firing {
  dueAt: string;
  kind: string;
  task?: string;
  pipeline?: string;
  id?: string;
  sentAt?: string;
  driftSeconds?: number;
  manual?: boolean;
  count?: number;
  error?: string;
}

export interface Schedule {
  name: string;
  definedIn: string;
  cron?: string;
  every?: string;
  words: string;
  timeZone?: string;
  jitter: string;
  enabled: boolean;
  overlap: string;
  missed: string;
  task?: string;
  pipeline?: string;
  payload?: unknown;
  paused?: { at: string; who: string; why: string };
  waiting?: string;
  next: string[];
  last?: { id?: string; dueAt: string; sentAt: string; driftSeconds: number };
  firings?: Firing[];
}

const path = (name: string, what = '') => `schedules/${apiPath(name)}${what}`;

export const listSchedules = (stop?: AbortSignal) => read<{ schedules: Schedule[]; warnings: string[] }>('schedules', {}, stop);
export const getSchedule = (name: string, stop?: AbortSignal) => read<Schedule>(path(name), { firings: 50 }, stop);
export const pauseSchedule = (name: string, note: Note) => change('POST', path(name, '/pause'), note);
export const resumeSchedule = (name: string, note: Note) => change('POST', path(name, '/resume'), note);
export const runSchedule = (name: string, note: Note) => change<{ id: string }>('POST', path(name, '/run'), note);
