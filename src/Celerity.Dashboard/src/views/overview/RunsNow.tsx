/** Runs that are at work. */
import { live } from '../../api/live';
import { writePlace } from '../../text/address';
import { count } from '../../text/format';
import { Meter } from '../../ui/Meter';
import { Empty, Section } from '../../ui/Page';
import { State } from '../../ui/State';
import { Table } from '../../ui/Table';
import { Id, Name } from '../../ui/Text';

export function RunsNow() {
  const runs = live.value?.runs ?? [];
  return (
    <Section title="Runs at work" aside={<a href={writePlace(['runs'])}>All runs</a>}>
      {runs.length === 0 ? (
        <Empty title="No run is at work.">A run takes a dataset through the stages of a pipeline, chunk by chunk.</Empty>
      ) : (
        <Table
          label="Runs at work"
          rows={runs}
          idOf={(run) => run.id}
          columns={[
            {
              head: 'Run',
              cell: (run) => (
                <>
                  <Id to={['runs', run.id]}>{run.id}</Id>
                  <small>
                    <Name>{run.pipeline}</Name>
                  </small>
                </>
              ),
            },
            { head: 'State', cell: (run) => <State>{run.state}</State> },
            {
              head: 'Chunks',
              cell: (run) => run.chunksTotal > 0 && <Meter label={`Chunks of ${run.pipeline}`} done={run.chunksDone} total={run.chunksTotal} />,
            },
            { head: 'Records', isNumber: true, cell: (run) => count(run.records) },
          ]}
        />
      )}
    </Section>
  );
}
