/** What happened to a task, in order. Pure. */
import type { TaskRecord } from '../api/tasks';
import { timeSpan } from './format';

/** One thing that happened. */
export interface Step {
  at: string;
  what: string;
  state: string;
  detail?: string | undefined;
  seconds?: number | undefined;
  host?: string | undefined;
}

/** The steps of a task, the first one first. What is not known is left out. */
export function timelineOf(task: TaskRecord): Step[] {
  const steps: Step[] = [];
  if (task.sentAt !== undefined) {
    steps.push({ at: task.sentAt, what: 'Sent', state: 'enqueued', detail: task.queue });
  }

  for (const failure of task.attempts ?? task.failures ?? []) {
    const hasFailed = failure.type !== undefined || failure.category !== undefined;
    if (hasFailed) {
      steps.push({
        at: failure.at,
        what: `Attempt ${failure.attempt} failed`,
        state: 'failed',
        detail: [failure.category, failure.type, failure.message].filter(Boolean).join(' · '),
        seconds: failure.duration === undefined ? undefined : timeSpan(failure.duration),
        host: failure.host,
      });
    }
  }

  if (task.startedAt !== undefined) {
    steps.push({ at: task.startedAt, what: `Attempt ${task.attempt ?? 1} started`, state: 'running', host: task.host });
  }

  if (task.endedAt !== undefined) {
    const seconds = task.startedAt === undefined ? undefined : (Date.parse(task.endedAt) - Date.parse(task.startedAt)) / 1000;
    steps.push({ at: task.endedAt, what: 'Ended', state: task.state, detail: task.reason, seconds });
  }

  return steps.sort((left, right) => Date.parse(left.at) - Date.parse(right.at));
}
