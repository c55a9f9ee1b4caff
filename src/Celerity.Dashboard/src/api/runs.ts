/** Runs of pipelines: /api/runs. */
import { apiPath } from '../text/address';
import { change, type Query, read } from './http';
import type { Note } from './note';

export interface Progress {
  chunksDone: number;
  chunksTotal: number;
  chunksFailed: number;
  recordsDone: number;
  recordsTotal: number;
  recordsRejected: number;
}

export interface Rate {
  chunksPerSecond: number;
  recordsPerSecond: number;
}

export interface Stage {
  generation: number;
  stage: number;
  name: string;
  progress: Progress;
  startedAt?: string;
  endedAt?: string;
  overall?: Rate;
  lastMinute?: Rate;
  secondsLeft?: number;
  oldest?: { chunk: number; since: string };
  outputUrl?: string;
  rejectsUrl?: string;
}

export interface RunSummary {
  id: string;
  pipeline: string;
  state: string;
  generation: number;
  tags: string[];
  createdAt: string;
  startedAt?: string;
  endedAt?: string;
}

export interface Run extends RunSummary {
  suspendedAt?: string;
  cloneOf?: string;
  deadline?: string;
  generations: {
    generation: number;
    restart: string;
    stage?: number;
    chunk?: number;
    who: string;
    why: string;
    at: string;
    before: string;
    beforeErrorCode?: string;
  }[];
  progress: Progress;
  stages: Stage[];
  failures: { code?: string; message: string; stage?: number; chunk?: number; category?: string }[];
  result?: unknown;
  request?: unknown;
}

export interface Approval {
  name: string;
  generation: number;
  state: string;
  who?: string;
  why?: string;
  at?: string;
  deadlineAt?: string;
}

/** Chunks `from` to `to` of a stage: how many of them have ended, and how many of those as dead letters. */
export interface ChunkCell {
  from: number;
  to: number;
  done: number;
  failed: number;
  rejected: number;
}

const path = (id: string, what = '') => `runs/${apiPath(id)}${what}`;

export const listRuns = (query: Query, stop?: AbortSignal) => read<{ runs: RunSummary[]; next?: string }>('runs', query, stop);
export const getRun = (id: string, stop?: AbortSignal) => read<Run>(path(id), {}, stop);
export const getChunks = (id: string, stage: number, stop?: AbortSignal) =>
  read<{ chunks: number; cells: ChunkCell[] }>(path(id, `/stages/${stage}/chunks`), {}, stop);
export const listApprovals = (id: string, stop?: AbortSignal) => read<{ approvals: Approval[] }>(path(id, '/approvals'), {}, stop);
export const answerApproval = (id: string, name: string, approved: boolean, note: Note) =>
  change('POST', path(id, `/approvals/${apiPath(name)}`), { approved, ...note });
export const suspendRun = (id: string, note: Note) => change('POST', path(id, '/suspend'), note);
export const resumeRun = (id: string, note: Note) => change('POST', path(id, '/resume'), note);
export const cancelRun = (id: string) => change('POST', path(id, '/cancel'));
export const retryFailed = (id: string, note: Note) => change<{ generation: number }>('POST', path(id, '/retry-failed'), note);
export const restartRun = (id: string, stage: number, note: Note) => change<{ generation: number }>('POST', path(id, '/restart'), note, { stage });
export const cloneRun = (id: string, patch: unknown) => change<{ id: string }>('POST', path(id, '/clone'), patch);
export const purgeRun = (id: string, note: Note) => change<{ deleted: Record<string, number> }>('DELETE', path(id), note);
