/** How states look: a tone that says good or bad, and a shape that says the same without colour. Pure. */

export type Tone = 'ok' | 'run' | 'wait' | 'warn' | 'bad' | 'off';
export type Shape = 'check' | 'cross' | 'dot' | 'ring' | 'pause' | 'stop' | 'bang' | 'again';

/** What a state looks like, and how it is called. */
export interface Look {
  tone: Tone;
  shape: Shape;
  label: string;
}

const looks: Record<string, Omit<Look, 'label'> & { label?: string }> = {
  scheduled: { tone: 'wait', shape: 'ring' },
  enqueued: { tone: 'wait', shape: 'ring' },
  pending: { tone: 'wait', shape: 'ring' },
  accepted: { tone: 'wait', shape: 'ring' },
  running: { tone: 'run', shape: 'dot' },
  canary: { tone: 'run', shape: 'dot' },
  retrying: { tone: 'warn', shape: 'again' },
  deferred: { tone: 'wait', shape: 'again' },
  suspended: { tone: 'warn', shape: 'pause' },
  paused: { tone: 'warn', shape: 'pause' },
  draining: { tone: 'warn', shape: 'pause' },
  recycling: { tone: 'warn', shape: 'again' },
  cancelling: { tone: 'warn', shape: 'stop' },
  purging: { tone: 'off', shape: 'stop' },
  succeeded: { tone: 'ok', shape: 'check' },
  completed: { tone: 'ok', shape: 'check' },
  replayed: { tone: 'ok', shape: 'again' },
  approved: { tone: 'ok', shape: 'check' },
  succeededWithErrors: { tone: 'warn', shape: 'bang', label: 'succeeded with errors' },
  deadLettered: { tone: 'bad', shape: 'cross', label: 'dead-lettered' },
  failed: { tone: 'bad', shape: 'cross' },
  lost: { tone: 'bad', shape: 'cross' },
  refused: { tone: 'bad', shape: 'cross' },
  cancelled: { tone: 'off', shape: 'stop' },
  revoked: { tone: 'off', shape: 'stop' },
  expired: { tone: 'off', shape: 'stop' },
  discarded: { tone: 'off', shape: 'stop' },
  stopped: { tone: 'off', shape: 'stop' },
  setAside: { tone: 'off', shape: 'stop', label: 'set aside' },
  open: { tone: 'bad', shape: 'bang' },
  halfOpen: { tone: 'warn', shape: 'bang', label: 'half open' },
  closed: { tone: 'ok', shape: 'check' },
  firing: { tone: 'bad', shape: 'bang' },
  resolved: { tone: 'ok', shape: 'check' },
  low: { tone: 'off', shape: 'dot' },
  medium: { tone: 'wait', shape: 'dot' },
  high: { tone: 'warn', shape: 'bang' },
  warning: { tone: 'warn', shape: 'bang' },
  advice: { tone: 'wait', shape: 'dot' },
  critical: { tone: 'bad', shape: 'bang' },
  error: { tone: 'bad', shape: 'cross' },
};

/** How a state of the API looks; one that is not known looks like nothing special, under its own name. */
export function lookOf(state: string): Look {
  const look = Object.hasOwn(looks, state) ? looks[state] : undefined;
  return { tone: look?.tone ?? 'off', shape: look?.shape ?? 'dot', label: look?.label ?? state.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase() };
}

/** The states a task can be in. */
export const taskStates = [
  'scheduled',
  'enqueued',
  'running',
  'deferred',
  'retrying',
  'succeeded',
  'deadLettered',
  'revoked',
  'expired',
  'discarded',
];

/** The states a run can be in. */
export const runStates = ['pending', 'running', 'suspended', 'cancelling', 'succeeded', 'succeededWithErrors', 'failed', 'cancelled', 'purging'];

/** Whether a run will do nothing more by itself. */
export const hasRunEnded = (state: string): boolean => ['succeeded', 'succeededWithErrors', 'failed', 'cancelled', 'purging'].includes(state);

/** Whether a task will do nothing more by itself. */
export const hasTaskEnded = (state: string): boolean => ['succeeded', 'deadLettered', 'revoked', 'expired', 'discarded'].includes(state);
