/** What happened to a task, below each other. */
import type { TaskRecord } from '../../api/tasks';
import { duration } from '../../text/format';
import { lookOf } from '../../text/states';
import { timelineOf } from '../../text/timeline';
import { State } from '../../ui/State';
import { Name, Time } from '../../ui/Text';

export const Timeline = ({ task }: { task: TaskRecord }) => (
  <ol class="timeline">
    {timelineOf(task).map((step) => (
      <li key={`${step.at} ${step.what}`} class={lookOf(step.state).tone}>
        <p>
          <strong>{step.what}</strong> {step.what === 'Ended' && <State>{step.state}</State>}
          {step.seconds !== undefined && <span class="muted"> after {duration(step.seconds)}</span>}
          {step.host && (
            <span class="muted">
              {' '}
              on <Name>{step.host}</Name>
            </span>
          )}
        </p>
        <p class="muted">
          <Time at={step.at} hasAgo />
        </p>
        {step.detail && (
          <p>
            <Name>{step.detail}</Name>
          </p>
        )}
      </li>
    ))}
  </ol>
);
