/** One run: its stages, its chunks, what failed, and what can be done. */
import { getRun, type Run } from '../../api/runs';
import { writePlace } from '../../text/address';
import { count, plural } from '../../text/format';
import { hasRunEnded } from '../../text/states';
import { Meter } from '../../ui/Meter';
import { Loaded, Page, Section } from '../../ui/Page';
import { useResource } from '../../ui/resource';
import { State } from '../../ui/State';
import { Table } from '../../ui/Table';
import { Fact, Facts, Id, Json, Name, Time } from '../../ui/Text';
import { Approvals } from './Approvals';
import { HeatMap } from './HeatMap';
import { RunActions } from './RunActions';
import { Stages } from './Stages';
import { Workflow } from './Workflow';

const everySeconds = 2;

export function RunPage({ id }: { id: string }) {
  const run = useResource((stop) => getRun(id, stop), [id], everySeconds);
  return (
    <Page
      title={
        <>
          Run of <Name>{run.data?.pipeline ?? '…'}</Name>
        </>
      }
      name={`Run of ${run.data?.pipeline ?? id}`}
      actions={run.data && <RunActions run={run.data} onDone={run.reload} />}
    >
      <Loaded from={run}>{(found) => <Shown run={found} />}</Loaded>
    </Page>
  );
}

const Shown = ({ run }: { run: Run }) => (
  <>
    <Section title="Now">
      <Facts>
        <Fact name="State">
          <State>{run.state}</State>
        </Fact>
        <Fact name="Id">
          <bdi class="id">{run.id}</bdi>
        </Fact>
        <Fact name="Generation">{count(run.generation)}</Fact>
        <Fact name="Made">
          <Time at={run.createdAt} hasAgo />
        </Fact>
        <Fact name="Started">{run.startedAt && <Time at={run.startedAt} />}</Fact>
        <Fact name="Suspended">{run.suspendedAt && <Time at={run.suspendedAt} hasAgo />}</Fact>
        <Fact name="Ended">{run.endedAt && <Time at={run.endedAt} hasAgo />}</Fact>
        <Fact name="Deadline">{run.deadline && <Time at={run.deadline} hasAgo />}</Fact>
        <Fact name="Tags">{run.tags.length > 0 && <Name>{run.tags.join(', ')}</Name>}</Fact>
        <Fact name="Cloned from">{run.cloneOf && <Id to={['runs', run.cloneOf]}>{run.cloneOf}</Id>}</Fact>
        <Fact name="Records">
          {run.stages.length > 0 && (
            <>
              {count(run.progress.recordsDone)}
              {run.progress.recordsTotal > 0 && ` of ${count(run.progress.recordsTotal)}`}
            </>
          )}
        </Fact>
        <Fact name="Rejected">{run.progress.recordsRejected > 0 && count(run.progress.recordsRejected)}</Fact>
        <Fact name="Tasks">
          <a href={writePlace(['tasks'], { run: run.id })}>Tasks of this run</a>
        </Fact>
      </Facts>
      {run.progress.chunksTotal > 0 && (
        <Meter label="Chunks of this run" done={run.progress.chunksDone} total={run.progress.chunksTotal} failed={run.progress.chunksFailed} />
      )}
    </Section>
    {run.failures.length > 0 && <Failures run={run} />}
    {run.pipeline === 'workflow' && <Workflow run={run} />}
    {run.stages.length > 0 && <Stages run={run} />}
    {run.stages.map((stage) => (
      <HeatMap key={`${stage.generation} ${stage.stage}`} run={run.id} stage={stage} isAtWork={!hasRunEnded(run.state)} />
    ))}
    <Approvals run={run} />
    {run.generations.length > 0 && <Generations run={run} />}
    {run.request !== undefined && (
      <Section title="Request">
        <Json value={run.request} />
      </Section>
    )}
    {run.result !== undefined && (
      <Section title="Result">
        <Json value={run.result} />
      </Section>
    )}
  </>
);

const Failures = ({ run }: { run: Run }) => (
  <Section title="Failures" aside={`${plural(run.progress.chunksFailed, 'chunk')} failed`}>
    <Table
      label="Failures"
      rows={run.failures}
      idOf={(failure) => `${failure.stage} ${failure.chunk} ${failure.code}`}
      columns={[
        { head: 'What', cell: (failure) => (failure.chunk === undefined ? 'Run' : `Stage ${failure.stage}, chunk ${failure.chunk}`) },
        { head: 'Code', cell: (failure) => failure.code && <a href={writePlace(['errors', failure.code])}>{failure.code}</a> },
        { head: 'Why', cell: (failure) => <Name>{failure.message}</Name> },
      ]}
    />
  </Section>
);

const Generations = ({ run }: { run: Run }) => (
  <Section title="Generations">
    <Table
      label="Generations"
      rows={[...run.generations].reverse()}
      idOf={(generation) => `${generation.generation}`}
      columns={[
        { head: 'Generation', isNumber: true, cell: (generation) => generation.generation },
        {
          head: 'Did again',
          cell: (generation) =>
            generation.restart === 'failed' ? 'what failed' : `${generation.restart} ${generation.chunk ?? generation.stage ?? ''}`,
        },
        { head: 'Before', cell: (generation) => <State>{generation.before}</State> },
        {
          head: 'Who',
          cell: (generation) => (
            <>
              <Name>{generation.who}</Name>
              {generation.why && (
                <small>
                  <Name>{generation.why}</Name>
                </small>
              )}
            </>
          ),
        },
        { head: 'When', cell: (generation) => <Time at={generation.at} /> },
      ]}
    />
  </Section>
);
