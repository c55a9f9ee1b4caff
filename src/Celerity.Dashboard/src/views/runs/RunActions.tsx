/** What can be done to a run. */
import { cancelRun, cloneRun, purgeRun, restartRun, resumeRun, retryFailed, type Run, suspendRun } from '../../api/runs';
import { go } from '../../app/place';
import { count, plural } from '../../text/format';
import { pretty } from '../../text/payload';
import { hasRunEnded } from '../../text/states';
import { Action, DoAction } from '../../ui/Action';
import { noteFields, noteOf, type Question } from '../../ui/ask';

interface Props {
  run: Run;
  onDone: () => void;
}

export const RunActions = ({ run, onDone }: Props) => {
  const hasEnded = hasRunEnded(run.state);
  const hasFailed = run.progress.chunksFailed > 0 || run.state === 'failed' || run.state === 'cancelled';
  return (
    <>
      {run.state === 'suspended' && (
        <DoAction
          label="Resume"
          kind="primary"
          run={() =>
            resumeRun(run.id, noteOf({}))
              .then(onDone)
              .then(() => 'The run is resumed.')
          }
        />
      )}
      {(run.state === 'running' || run.state === 'pending') && <Action label="Suspend" asks={() => suspendQuestion(run, onDone)} />}
      {!hasEnded && run.state !== 'cancelling' && <Action label="Cancel" kind="danger" asks={() => cancelQuestion(run, onDone)} />}
      {hasEnded && run.state !== 'purging' && (
        <>
          {hasFailed && <Action label="Retry failed" kind="primary" asks={() => retryQuestion(run, onDone)} />}
          <Action label="Restart" asks={() => restartQuestion(run, onDone)} />
        </>
      )}
      {run.state !== 'purging' && <Action label="Clone" asks={() => cloneQuestion(run)} />}
      {hasEnded && run.state !== 'purging' && <Action label="Purge" kind="danger" asks={() => purgeQuestion(run, onDone)} />}
    </>
  );
};

const left = (run: Run): string =>
  `${plural(run.progress.chunksTotal - run.progress.chunksDone, 'chunk')} of ${count(run.progress.chunksTotal)} have not ended.`;

const suspendQuestion = (run: Run, onDone: () => void): Question => ({
  title: 'Suspend this run',
  text: 'No chunk of it starts until it is resumed. What runs ends; nothing is lost, and its deadline goes on.',
  touches: async () => left(run),
  confirm: 'Suspend',
  fields: noteFields(),
  run: async (values) => {
    await suspendRun(run.id, noteOf(values));
    onDone();
    return 'The run is suspended. All instances go by it within 10 seconds.';
  },
});

const cancelQuestion = (run: Run, onDone: () => void): Question => ({
  title: 'Cancel this run',
  text: 'It stops, and ends as cancelled. What it waits for is revoked. It can be started again, and takes over what has ended.',
  touches: async () => left(run),
  confirm: 'Cancel the run',
  isDangerous: true,
  run: async () => {
    await cancelRun(run.id);
    onDone();
    return 'The run is asked to stop.';
  },
});

const retryQuestion = (run: Run, onDone: () => void): Question => ({
  title: 'Retry what failed',
  text: 'A new generation runs the chunks that failed and those that were never reached. All others are taken over.',
  touches: async () => `${plural(run.progress.chunksFailed, 'chunk')} failed; ${left(run)}`,
  confirm: 'Retry',
  fields: noteFields(),
  run: async (values) => {
    const { generation } = await retryFailed(run.id, noteOf(values));
    onDone();
    return `Generation ${generation} has begun.`;
  },
});

const restartQuestion = (run: Run, onDone: () => void): Question => ({
  title: 'Restart this run',
  text: 'That stage and those after it run anew, also what has ended well. Those before it are taken over.',
  touches: async (values) =>
    `${plural(
      run.stages.filter((stage) => stage.stage >= Number(values['stage'] ?? 1)).reduce((sum, stage) => sum + stage.progress.chunksTotal, 0),
      'chunk',
    )} and what was never reached.`,
  confirm: 'Restart',
  isDangerous: true,
  fields: [
    {
      name: 'stage',
      label: 'From stage',
      value: '1',
      kind: 'choice',
      choices: run.stages.length === 0 ? ['1'] : run.stages.map((stage) => `${stage.stage}`),
    },
    ...noteFields(),
  ],
  run: async (values) => {
    const { generation } = await restartRun(run.id, Number(values['stage'] ?? 1), noteOf(values));
    onDone();
    return `Generation ${generation} has begun.`;
  },
});

const cloneQuestion = (run: Run): Question => ({
  title: 'Clone this run',
  text: 'A new run is started with the same request, tags and time. What is written here changes the request: a JSON merge patch.',
  touches: async () => '1 new run.',
  confirm: 'Clone',
  fields: [
    {
      name: 'patch',
      label: 'Changes',
      kind: 'json',
      value: '{}',
      ...(run.request === undefined ? {} : { hint: `The request is ${pretty(run.request).slice(0, 300)}` }),
    },
  ],
  run: async (values) => {
    const { id } = await cloneRun(run.id, JSON.parse(values['patch'] || '{}'));
    go(['runs', id]);
    return 'The clone is started.';
  },
});

const purgeQuestion = (run: Run, onDone: () => void): Question => ({
  title: 'Purge this run',
  text: 'It is deleted with all that it wrote: results, outputs, rejects, and the dead letters of its chunks, open ones too. It cannot be undone.',
  touches: async () =>
    `1 run with ${plural(run.progress.chunksTotal, 'chunk')} in ${plural(run.stages.length, 'stage')}, ${plural(run.progress.chunksFailed, 'dead letter')} among them.`,
  confirm: 'Purge the run',
  isDangerous: true,
  fields: noteFields(),
  run: async (values) => {
    const { deleted } = await purgeRun(run.id, noteOf(values));
    onDone();
    return `Deleted: ${Object.entries(deleted)
      .map(([what, many]) => `${many} ${what}`)
      .join(', ')}.`;
  },
});
