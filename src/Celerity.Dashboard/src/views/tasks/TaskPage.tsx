/** One task, whole: where it stands, its attempts, what it was given and what came of it. */
import { getTask, retryTask, revokeTask, type TaskRecord } from '../../api/tasks';
import { go } from '../../app/place';
import { writePlace } from '../../text/address';
import { count } from '../../text/format';
import { hasTaskEnded } from '../../text/states';
import { Action } from '../../ui/Action';
import { noteFields, noteOf, type Question } from '../../ui/ask';
import { Log } from '../../ui/Log';
import { Meter } from '../../ui/Meter';
import { Loaded, Page, Section } from '../../ui/Page';
import { useResource } from '../../ui/resource';
import { State } from '../../ui/State';
import { Fact, Facts, Json, Long, Name, Time } from '../../ui/Text';
import { tookOf } from './columns';
import { Timeline } from './Timeline';

const everySeconds = 3;

export function TaskPage({ id }: { id: string }) {
  const task = useResource((stop) => getTask(id, stop), [id], everySeconds);
  return (
    <Page
      title={
        <>
          Task <bdi class="id">{id}</bdi>
        </>
      }
      name={`Task ${id}`}
      actions={task.data && <Actions task={task.data} onDone={task.reload} />}
    >
      <Loaded from={task}>{(found) => <Shown task={found} />}</Loaded>
    </Page>
  );
}

const Shown = ({ task }: { task: TaskRecord }) => (
  <>
    <Section title="Now">
      <Facts>
        <Fact name="State">
          <State>{task.state}</State>
        </Fact>
        <Fact name="Name">
          <a href={writePlace(['tasks'], { task: task.task })}>
            <Name>{task.task}</Name>
          </a>
        </Fact>
        <Fact name="Queue">{task.queue && <Name>{task.queue}</Name>}</Fact>
        <Fact name="Attempt">{count(task.attempt ?? 1)}</Fact>
        <Fact name="Crashes">{(task.crashes ?? 0) > 0 && count(task.crashes)}</Fact>
        <Fact name="Took">{task.endedAt && tookOf(task)}</Fact>
        <Fact name="Due">{task.dueAt && <Time at={task.dueAt} hasAgo />}</Fact>
        <Fact name="Host">{task.host && <Name>{task.host}</Name>}</Fact>
        <Fact name="Tags">{task.tags && task.tags.length > 0 && <Name>{task.tags.join(', ')}</Name>}</Fact>
        <Fact name="Run">
          {task.run && (
            <a href={writePlace(['runs', task.run])}>
              <bdi class="id">{task.run}</bdi>
            </a>
          )}
        </Fact>
        <Fact name="Correlation">
          {task.correlationId && (
            <a href={writePlace(['tasks'], { correlation: task.correlationId })}>
              <Name>{task.correlationId}</Name>
            </a>
          )}
        </Fact>
        <Fact name="Trace">{task.traceId && <bdi class="id">{task.traceId}</bdi>}</Fact>
        <Fact name="Category">{task.category && <Name>{task.category}</Name>}</Fact>
        <Fact name="Reason">{task.reason && <Name>{task.reason}</Name>}</Fact>
      </Facts>
      {task.progress?.fraction !== undefined && !hasTaskEnded(task.state) && <Meter label="Progress" done={task.progress.fraction} total={1} />}
      {task.progress?.message && (
        <p>
          <Name>{task.progress.message}</Name>
        </p>
      )}
      {task.state === 'deadLettered' && (
        <p>
          <a href={writePlace(['letters', task.id])}>Its dead letter</a>
        </p>
      )}
    </Section>
    <Section title="Timeline">
      <Timeline task={task} />
    </Section>
    <Log lines={task.log ?? []} dropped={task.logDropped ?? 0} leftOut={task.logLeftOut} />
    {task.payload !== undefined && (
      <Section title="Payload">
        <Json value={task.payload} />
      </Section>
    )}
    {task.payloadLeftOut && (
      <Section title="Payload">
        <p class="muted">
          <Name>{task.payloadLeftOut}</Name>
        </p>
      </Section>
    )}
    {task.result !== undefined && (
      <Section
        title="Result"
        aside={
          task.resultExpiresAt && (
            <>
              kept until <Time at={task.resultExpiresAt} />
            </>
          )
        }
      >
        <Json value={task.result} />
      </Section>
    )}
    {task.failures?.some((failure) => failure.stack) && (
      <Section title="Failures">
        {task.failures
          .filter((failure) => failure.stack)
          .map((failure) => (
            <details key={failure.attempt}>
              <summary>
                Attempt {failure.attempt}: <Name>{failure.type}</Name>
              </summary>
              <Long text={failure.stack!} />
            </details>
          ))}
      </Section>
    )}
  </>
);

const Actions = ({ task, onDone }: { task: TaskRecord; onDone: () => void }) => (
  <>
    {task.state === 'deadLettered' && <Action label="Retry" kind="primary" asks={() => retryQuestion(task)} />}
    {!hasTaskEnded(task.state) && <Action label="Revoke" kind="danger" asks={() => revokeQuestion(task, onDone)} />}
  </>
);

const retryQuestion = (task: TaskRecord): Question => ({
  title: 'Retry this task',
  text: 'Its dead letter is replayed: it is sent again as a new task with attempts of its own.',
  touches: async () => '1 task.',
  confirm: 'Retry',
  fields: noteFields(),
  run: async (values) => {
    await retryTask(task.id, noteOf(values));
    go(['letters', task.id]);
    return 'It is sent again. Its dead letter tells the new task.';
  },
});

const revokeQuestion = (task: TaskRecord, onDone: () => void): Question => ({
  title: 'Revoke this task',
  text: 'If it has not started it never does. If it runs it is told to stop within some seconds. It cannot be undone.',
  touches: async () => '1 task.',
  confirm: 'Revoke',
  isDangerous: true,
  run: async () => {
    await revokeTask(task.id);
    onDone();
    return 'It is revoked, unless it has ended first.';
  },
});
