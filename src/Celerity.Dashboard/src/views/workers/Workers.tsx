/** Processes of the app: what they do, how they do, and sending them away. */
import { drainWorker, listWorkers, recycleWorker, type RunningTask, type Worker } from '../../api/workers';
import { bytes, count, percent, plural } from '../../text/format';
import { Action } from '../../ui/Action';
import type { Question } from '../../ui/ask';
import { Empty, Loaded, Page, Section } from '../../ui/Page';
import { useResource } from '../../ui/resource';
import { State } from '../../ui/State';
import { Table } from '../../ui/Table';
import { Ago, Id, Name } from '../../ui/Text';

const everySeconds = 5;

export function Workers() {
  const workers = useResource(listWorkers, [], everySeconds);
  return (
    <Page title="Workers">
      <Loaded from={workers}>
        {({ workers: found }) => {
          const running = found.flatMap((worker) =>
            worker.state === 'running' || worker.state === 'draining' ? worker.running.map((task) => ({ ...task, host: worker.host })) : [],
          );
          return found.length === 0 ? (
            <Empty title="No process of the app was seen in the last day.">
              Each one writes a row while it works. Without one, nothing is run: is the app started?
            </Empty>
          ) : (
            <>
              <p class="muted">{versionsOf(found)}</p>
              <Table<Worker>
                label="Workers"
                rows={found}
                idOf={(worker) => worker.id}
                columns={[
                  {
                    head: 'Worker',
                    cell: (worker) => (
                      <>
                        <Id>{worker.id}</Id>
                        <small>
                          <Name>{worker.host}</Name>, process {worker.processId}
                        </small>
                      </>
                    ),
                  },
                  {
                    head: 'State',
                    cell: (worker) => (
                      <>
                        <State>{worker.state}</State>
                        {worker.reason && (
                          <small>
                            <Name>{worker.reason}</Name>
                          </small>
                        )}
                      </>
                    ),
                  },
                  { head: 'Running', isNumber: true, cell: (worker) => count(worker.running.length + worker.runningLeftOut) },
                  { head: 'Ran', isNumber: true, cell: (worker) => count(worker.tasksRun) },
                  {
                    head: 'Failed',
                    isNumber: true,
                    cell: (worker) =>
                      worker.tasksFailed > 0 ? `${count(worker.tasksFailed)} (${percent(worker.tasksFailed / Math.max(1, worker.tasksRun))})` : '0',
                  },
                  { head: 'Memory', isNumber: true, cell: (worker) => bytes(worker.workingSetBytes) },
                  { head: 'Left running', isNumber: true, cell: (worker) => count(worker.zombies) },
                  { head: 'Version', cell: (worker) => <Name>{versionOf(worker)}</Name> },
                  { head: 'Started', cell: (worker) => <Ago at={worker.startedAt} /> },
                  { head: 'Seen', cell: (worker) => <Ago at={worker.seenAt} /> },
                  { head: 'Actions', cell: (worker) => worker.state === 'running' && <Orders worker={worker} onDone={workers.reload} /> },
                ]}
              />
              {running.length > 0 && (
                <Section title="Running now">
                  <Table<RunningTask & { host: string }>
                    label="Running now"
                    rows={running.slice(0, 200)}
                    idOf={(task) => task.id}
                    columns={[
                      { head: 'Task', cell: (task) => <Id to={['tasks', task.id]}>{task.id}</Id> },
                      { head: 'Name', cell: (task) => <Name>{task.name}</Name> },
                      { head: 'Attempt', isNumber: true, cell: (task) => task.attempt },
                      { head: 'Since', cell: (task) => <Ago at={task.since} /> },
                      {
                        head: 'Progress',
                        cell: (task) => (
                          <>
                            {task.progress !== undefined && percent(task.progress)} <Name>{task.message ?? ''}</Name>
                          </>
                        ),
                      },
                      { head: 'Host', cell: (task) => <Name>{task.host}</Name> },
                    ]}
                  />
                </Section>
              )}
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}

const versionOf = (worker: Worker): string => {
  const [version, commit] = (worker.appVersion ?? 'unknown').split('+');
  return commit === undefined ? version! : `${version} (${commit.slice(0, 7)})`;
};

function versionsOf(workers: readonly Worker[]): string {
  const live = workers.filter((worker) => worker.state === 'running');
  const versions = [...new Set(live.map(versionOf))];
  return `${plural(live.length, 'worker')} at work, ${versions.length === 1 ? `all of version ${versions[0]}` : `${plural(versions.length, 'version')}: ${versions.join(', ')}`}.`;
}

const Orders = ({ worker, onDone }: { worker: Worker; onDone: () => void }) => (
  <>
    <Action
      label="Drain"
      of={worker.id}
      asks={() => question(worker, 'Drain', 'It takes no more. What it runs goes on; the process stays.', drainWorker, onDone)}
    />
    <Action
      label="Recycle"
      of={worker.id}
      kind="danger"
      asks={() =>
        question(worker, 'Recycle', 'It takes no more, ends what it runs, and the process ends. The platform starts another.', recycleWorker, onDone)
      }
    />
  </>
);

const question = (
  worker: Worker,
  verb: string,
  text: string,
  order: (id: string, reason: string) => Promise<unknown>,
  onDone: () => void,
): Question => ({
  title: `${verb} this worker`,
  text,
  touches: async () => `1 process on ${worker.host}; ${plural(worker.running.length + worker.runningLeftOut, 'task')} running there.`,
  confirm: verb,
  isDangerous: verb === 'Recycle',
  fields: [{ name: 'reason', label: 'Reason', hint: 'Shown with the worker.' }],
  run: async (values) => {
    await order(worker.id, values['reason'] ?? '');
    onDone();
    return 'The worker is told, and obeys within 10 seconds.';
  },
});
