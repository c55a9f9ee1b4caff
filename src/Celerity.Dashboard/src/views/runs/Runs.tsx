/** Runs of pipelines, the newest first. */
import { place } from '../../app/place';
import { live, useLive } from '../../api/live';
import { listRuns, type RunSummary } from '../../api/runs';
import { duration } from '../../text/format';
import { hasRunEnded, runStates } from '../../text/states';
import type { Field } from '../../ui/ask';
import { now } from '../../ui/clock';
import { Filters, More } from '../../ui/Filter';
import { Meter } from '../../ui/Meter';
import { Empty, Loaded, Page } from '../../ui/Page';
import { usePages } from '../../ui/resource';
import { State } from '../../ui/State';
import { Table } from '../../ui/Table';
import { Ago, Id, Name } from '../../ui/Text';
import { runExample } from '../examples';

const fields: Field[] = [
  { name: 'state', label: 'State', kind: 'choice', choices: ['', ...runStates] },
  { name: 'pipeline', label: 'Pipeline' },
  { name: 'tag', label: 'Tag' },
  { name: 'since', label: 'Made since', example: '2026-01-31T12:00Z' },
  { name: 'before', label: 'Made before', example: '2026-01-31T12:00Z' },
];

export function Runs() {
  useLive();
  const { query } = place.value;
  const atWork = live.value?.runs ?? [];
  const runs = usePages(
    (after, stop) => listRuns({ ...query, limit: 50, after }, stop).then((page) => ({ items: page.runs, next: page.next })),
    [query, atWork.map((run) => `${run.id} ${run.state}`).join()],
  );
  const stateOf = (run: RunSummary) => atWork.find((found) => found.id === run.id)?.state ?? run.state;
  return (
    <Page
      title="Runs"
      actions={
        <button type="button" onClick={runs.reload}>
          Refresh
        </button>
      }
    >
      <Filters fields={fields} />
      <Loaded from={runs}>
        {(found) =>
          found.length === 0 && runs.next === undefined ? (
            <Empty title={Object.keys(query).length > 0 ? 'No run fits these filters.' : 'No run yet.'} code={runExample}>
              A run takes a dataset through the stages of a pipeline, chunk by chunk. Start one:
            </Empty>
          ) : (
            <>
              <Table<RunSummary>
                label="Runs"
                rows={found}
                idOf={(run) => run.id}
                columns={[
                  { head: 'Run', cell: (run) => <Id to={['runs', run.id]}>{run.id}</Id> },
                  { head: 'Pipeline', cell: (run) => <Name>{run.pipeline}</Name> },
                  { head: 'State', cell: (run) => <State>{stateOf(run)}</State> },
                  { head: 'Chunks', cell: (run) => <Chunks id={run.id} /> },
                  { head: 'Generation', isNumber: true, cell: (run) => run.generation },
                  { head: 'Tags', cell: (run) => <Name>{run.tags.join(', ')}</Name> },
                  { head: 'Made', cell: (run) => <Ago at={run.createdAt} /> },
                  { head: 'Took', isNumber: true, cell: (run) => took(run) },
                ]}
              />
              <More next={runs.next} isBusy={runs.isBusy} onMore={runs.more} />
            </>
          )
        }
      </Loaded>
    </Page>
  );
}

function Chunks({ id }: { id: string }) {
  const run = live.value?.runs.find((found) => found.id === id);
  return run === undefined ? null : <Meter label="Chunks" done={run.chunksDone} total={run.chunksTotal} />;
}

function took(run: RunSummary): string {
  if (run.startedAt === undefined) {
    return '';
  }

  const end = run.endedAt !== undefined ? Date.parse(run.endedAt) : hasRunEnded(run.state) ? undefined : now.value;
  return end === undefined ? '' : duration((end - Date.parse(run.startedAt)) / 1000);
}
