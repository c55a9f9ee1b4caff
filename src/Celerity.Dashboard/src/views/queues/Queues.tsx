/** Queues as they are now, and what can be done to them. */
import { useRef } from 'preact/hooks';
import { useLive } from '../../api/live';
import { listQueues, pauseQueue, purgeQueue, type QueueView, resumeQueue } from '../../api/queues';
import { writePlace } from '../../text/address';
import { count, decimal, duration, nothing, plural } from '../../text/format';
import { changesPerSecond, type Sighting } from '../../text/rate';
import { Action, DoAction } from '../../ui/Action';
import { noteFields, noteOf, type Question } from '../../ui/ask';
import { Empty, Loaded, Page } from '../../ui/Page';
import { useResource } from '../../ui/resource';
import { State } from '../../ui/State';
import { Table } from '../../ui/Table';
import { Ago, Name } from '../../ui/Text';
import { sendExample } from '../examples';

const everySeconds = 5;

export function Queues() {
  useLive();
  const queues = useResource(listQueues, [], everySeconds);
  const before = useRef<Sighting>(undefined);
  const latest = useRef<Sighting>(undefined);
  if (queues.data !== undefined && queues.data.at !== latest.current?.at) {
    before.current = latest.current;
    latest.current = { at: queues.data.at, lengths: new Map(queues.data.queues.map((queue) => [queue.name, queue.length])) };
  }

  return (
    <Page title="Queues">
      <Loaded from={queues}>
        {({ queues: found }) =>
          found.length === 0 ? (
            <Empty title="There is no queue yet." code={sendExample}>
              A queue is made when the first task is sent to it.
            </Empty>
          ) : (
            <Table
              label="Queues"
              rows={found}
              idOf={(queue) => queue.name}
              columns={[
                {
                  head: 'Queue',
                  cell: (queue) => (
                    <>
                      <Name>{queue.name}</Name>
                      {queue.tasks.length > 0 && (
                        <small>
                          {queue.tasks.slice(0, 3).map((task, index) => (
                            <span key={task}>
                              {index > 0 && ', '}
                              <a href={writePlace(['tasks'], { task })}>
                                <Name>{task}</Name>
                              </a>
                            </span>
                          ))}
                          {queue.tasks.length > 3 && ` and ${queue.tasks.length - 3} more`}
                        </small>
                      )}
                    </>
                  ),
                },
                { head: 'State', cell: (queue) => <Pause queue={queue} /> },
                { head: 'Waiting', isNumber: true, cell: (queue) => count(queue.length) },
                { head: 'Change', isNumber: true, cell: (queue) => rateText(changesPerSecond(before.current, latest.current, queue.name)) },
                { head: 'Oldest', isNumber: true, cell: (queue) => duration(queue.oldestSeconds) },
                { head: 'Held', isNumber: true, cell: (queue) => count(queue.held) },
                {
                  head: 'Poison',
                  isNumber: true,
                  cell: (queue) => ((queue.poison ?? 0) > 0 ? <strong class="bad">{count(queue.poison)}</strong> : count(queue.poison)),
                },
                { head: 'Actions', cell: (queue) => <Actions queue={queue} onDone={queues.reload} /> },
              ]}
            />
          )
        }
      </Loaded>
    </Page>
  );
}

const rateText = (rate: number | undefined): string => (rate === undefined ? nothing : `${rate > 0 ? '+' : ''}${decimal(rate)}/s`);

const Pause = ({ queue }: { queue: QueueView }) =>
  queue.isPaused ? (
    <>
      <State>paused</State>
      {queue.pause && (
        <small>
          by <Name>{queue.pause.who}</Name>, <Ago at={queue.pause.at} />
          {queue.pause.why && (
            <>
              : <Name>{queue.pause.why}</Name>
            </>
          )}
        </small>
      )}
    </>
  ) : (
    <State>running</State>
  );

const Actions = ({ queue, onDone }: { queue: QueueView; onDone: () => void }) => (
  <>
    {queue.isPaused ? (
      <DoAction
        label="Resume"
        of={queue.name}
        run={() =>
          resumeQueue(queue.name, noteOf({}))
            .then(onDone)
            .then(() => `${queue.name} is resumed.`)
        }
      />
    ) : (
      <Action label="Pause" of={queue.name} asks={() => pauseQuestion(queue, onDone)} />
    )}
    <Action label="Purge" of={queue.name} kind="danger" asks={() => purgeQuestion(queue, onDone)} />
  </>
);

const pauseQuestion = (queue: QueueView, onDone: () => void): Question => ({
  title: `Pause ${queue.name}`,
  text: 'Nothing that waits here is started until the queue is resumed. What runs goes on; nothing is lost, and no attempt is made.',
  touches: async () => `${plural(queue.length ?? 0, 'message')} wait there now.`,
  confirm: 'Pause',
  fields: noteFields(),
  run: async (values) => {
    await pauseQueue(queue.name, noteOf(values));
    onDone();
    return `${queue.name} is paused. All instances go by it within 10 seconds.`;
  },
});

const purgeQuestion = (queue: QueueView, onDone: () => void): Question => ({
  title: `Purge ${queue.name}`,
  text: 'What waits on this queue is revoked and never runs. It cannot be undone. Tasks that are sent later are not touched.',
  touches: async () => {
    const now = (await listQueues()).queues.find((found) => found.name === queue.name);
    return `${plural((now?.length ?? 0) + (now?.held ?? 0), 'message')} now: ${count(now?.length)} waiting, ${count(now?.held)} held.`;
  },
  confirm: `Purge ${queue.name}`,
  isDangerous: true,
  run: async () => {
    const { revoked } = await purgeQueue(queue.name);
    onDone();
    return `${plural(revoked, 'task')} of ${queue.name} ended as revoked.`;
  },
});
