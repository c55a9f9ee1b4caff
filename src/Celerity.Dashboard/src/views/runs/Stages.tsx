/** The stages of a run: a graph of them, and their figures. */
import { open } from '../../api/http';
import type { Run, Stage } from '../../api/runs';
import { count, decimal, duration, nothing, percent } from '../../text/format';
import { chainOf } from '../../text/graph';
import { hasRunEnded, type Tone } from '../../text/states';
import { GraphView } from '../../ui/GraphView';
import { Section } from '../../ui/Page';
import { Table } from '../../ui/Table';
import { Ago, Name } from '../../ui/Text';
import { say } from '../../ui/toasts';

export const Stages = ({ run }: { run: Run }) => {
  const byId = new Map(run.stages.map((stage) => [`${stage.stage}`, stage]));
  const graph = chainOf([
    { id: 'request', label: 'Request', detail: run.pipeline },
    ...run.stages.map((stage) => ({ id: `${stage.stage}`, label: `${stage.stage} ${stage.name}`, detail: detailOf(stage) })),
    { id: 'result', label: 'Result', detail: run.result !== undefined ? 'there' : hasRunEnded(run.state) ? 'none' : 'not yet' },
  ]);
  return (
    <Section title="Stages">
      <GraphView
        label="Stages of the run"
        graph={graph}
        toneOf={(node) =>
          node.id === 'request' ? 'ok' : node.id === 'result' ? (run.result === undefined ? 'off' : 'ok') : toneOf(byId.get(node.id)!, run.state)
        }
        shareOf={(node) => shareOf(byId.get(node.id))}
      />
      <Table<Stage>
        label="Stages"
        rows={run.stages}
        idOf={(stage) => `${stage.stage}`}
        columns={[
          {
            head: 'Stage',
            cell: (stage) => (
              <>
                {stage.stage} <Name>{stage.name}</Name>
              </>
            ),
          },
          { head: 'Chunks', isNumber: true, cell: (stage) => `${count(stage.progress.chunksDone)} / ${count(stage.progress.chunksTotal)}` },
          {
            head: 'Failed',
            isNumber: true,
            cell: (stage) => (stage.progress.chunksFailed > 0 ? <strong class="bad">{count(stage.progress.chunksFailed)}</strong> : '0'),
          },
          { head: 'Records', isNumber: true, cell: (stage) => count(stage.progress.recordsDone) },
          {
            head: 'Rejected',
            isNumber: true,
            cell: (stage) =>
              stage.rejectsUrl ? (
                <Download stage={stage} run={run.id} what="rejects" label={count(stage.progress.recordsRejected)} />
              ) : (
                count(stage.progress.recordsRejected)
              ),
          },
          { head: 'Records a second', isNumber: true, cell: (stage) => decimal((stage.lastMinute ?? stage.overall)?.recordsPerSecond) },
          { head: 'Left', isNumber: true, cell: (stage) => duration(stage.secondsLeft) },
          {
            head: 'Waited for longest',
            cell: (stage) =>
              stage.oldest ? (
                <>
                  chunk {stage.oldest.chunk}, <Ago at={stage.oldest.since} />
                </>
              ) : (
                nothing
              ),
          },
          { head: 'Output', cell: (stage) => stage.outputUrl && <Download stage={stage} run={run.id} what="output" label="Download" /> },
        ]}
      />
    </Section>
  );
};

const shareOf = (stage: Stage | undefined): number =>
  stage === undefined || stage.progress.chunksTotal === 0 ? 0 : stage.progress.chunksDone / stage.progress.chunksTotal;

const detailOf = (stage: Stage): string =>
  stage.progress.chunksTotal === 0 ? 'planning' : `${percent(shareOf(stage))} of ${count(stage.progress.chunksTotal)} chunks`;

function toneOf(stage: Stage, runState: string): Tone {
  const { chunksDone, chunksTotal, chunksFailed } = stage.progress;
  return chunksFailed > 0
    ? 'bad'
    : chunksTotal > 0 && chunksDone === chunksTotal
      ? 'ok'
      : hasRunEnded(runState)
        ? 'off'
        : runState === 'suspended'
          ? 'warn'
          : 'run';
}

// A link would not send the key: the file is fetched with it, and then saved.
const Download = ({ run, stage, what, label }: { run: string; stage: Stage; what: 'output' | 'rejects'; label: string }) => (
  <button
    type="button"
    class="link"
    aria-label={`${label} ${what} of stage ${stage.stage}`}
    onClick={() => save(run, stage.stage, what).catch((reason: Error) => say(reason.message))}
  >
    {label}
  </button>
);

async function save(run: string, stage: number, what: string): Promise<void> {
  const response = await open('GET', `runs/${encodeURIComponent(run)}/stages/${stage}/${what}`);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await response.blob());
  link.download = /filename="?([^";]+)/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? `${run}-${stage}-${what}`;
  link.click();
  URL.revokeObjectURL(link.href);
}
