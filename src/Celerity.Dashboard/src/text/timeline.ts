/** What happened to a task, in order. Pure. */
import type { TaskRecord } from '../api/tasks';

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

  for (const attempt of task.attempts ?? []) {
    const at = attempt.failure === undefined ? attempt.startedAt : (attempt.endedAt ?? attempt.failure.at);
    if (at !== undefined) {
      steps.push({
        at,
        what: `Attempt ${attempt.attempt} ${attempt.failure === undefined ? 'started' : 'failed'}`,
        state: attempt.failure === undefined ? 'running' : 'failed',
        detail: attempt.failure && [attempt.failure.category, attempt.failure.type, attempt.failure.message].filter(Boolean).join(' · '),
        seconds: attempt.failure === undefined ? undefined : attempt.seconds,
        host: attempt.host,
      });
    }
  }

  if (task.endedAt !== undefined) {
    const seconds = task.startedAt === undefined ? undefined : (Date.parse(task.endedAt) - Date.parse(task.startedAt)) / 1000;
    steps.push({ at: task.endedAt, what: 'Ended', state: task.state, detail: task.reason, seconds });
  }

  return steps.sort((left, right) => Date.parse(left.at) - Date.parse(right.at));
}
