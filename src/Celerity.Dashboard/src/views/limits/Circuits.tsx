/** Circuits: open, closed, and by whom. */
import { type Circuit, type CircuitOrder, forceCircuit, listCircuits } from '../../api/limits';
import { count, nothing, plural } from '../../text/format';
import { Action } from '../../ui/Action';
import { noteFields, noteOf, type Question } from '../../ui/ask';
import { Empty, Loaded, Section } from '../../ui/Page';
import { useResource } from '../../ui/resource';
import { State } from '../../ui/State';
import { Table } from '../../ui/Table';
import { Ago, Name } from '../../ui/Text';

export function Circuits() {
  const circuits = useResource(listCircuits, [], 5);
  return (
    <Section title="Circuits">
      <Loaded from={circuits}>
        {({ circuits: found }) =>
          found.length === 0 ? (
            <Empty title="No task names a circuit." code={'[CelerityTask("airports.geocode", Circuit = "geocoder")]'}>
              A circuit holds the tasks that need a service while that is down, at no attempt:
            </Empty>
          ) : (
            <Table<Circuit>
              label="Circuits"
              rows={found}
              idOf={(circuit) => circuit.name}
              columns={[
                {
                  head: 'Circuit',
                  cell: (circuit) => (
                    <>
                      <Name>{circuit.name}</Name>
                      <small>
                        <Name>{circuit.tasks.join(', ')}</Name>
                      </small>
                    </>
                  ),
                },
                {
                  head: 'State',
                  cell: (circuit) => (
                    <>
                      <State>{circuit.state}</State>
                      {circuit.isForced && (
                        <small>
                          forced
                          {circuit.who && (
                            <>
                              {' '}
                              by <Name>{circuit.who}</Name>
                            </>
                          )}
                          {circuit.why && (
                            <>
                              : <Name>{circuit.why}</Name>
                            </>
                          )}
                        </small>
                      )}
                    </>
                  ),
                },
                { head: 'Since', cell: (circuit) => <Ago at={circuit.at} /> },
                { head: 'Until', cell: (circuit) => (circuit.until ? <Ago at={circuit.until} /> : nothing) },
                { head: 'Openings', isNumber: true, cell: (circuit) => count(circuit.openingCount) },
                { head: 'Actions', cell: (circuit) => <Actions circuit={circuit} onDone={circuits.reload} /> },
              ]}
            />
          )
        }
      </Loaded>
    </Section>
  );
}

const Actions = ({ circuit, onDone }: { circuit: Circuit; onDone: () => void }) => (
  <>
    {!(circuit.isForced && circuit.state === 'open') && (
      <Action label="Force open" of={circuit.name} kind="danger" asks={() => question(circuit, 'open', onDone)} />
    )}
    {!(circuit.isForced && circuit.state === 'closed') && (
      <Action label="Force closed" of={circuit.name} asks={() => question(circuit, 'close', onDone)} />
    )}
    {circuit.isForced && <Action label="Leave to itself" of={circuit.name} asks={() => question(circuit, 'automatic', onDone)} />}
  </>
);

const orders: Record<CircuitOrder, { title: string; text: string }> = {
  open: { title: 'Force open', text: 'Its tasks are held at no attempt until somebody closes it.' },
  close: { title: 'Force closed', text: 'Its tasks run, whatever fails, until it is left to itself.' },
  automatic: { title: 'Leave to itself', text: 'Failures open it and time closes it again.' },
};

const question = (circuit: Circuit, order: CircuitOrder, onDone: () => void): Question => ({
  title: `${orders[order].title}: ${circuit.name}`,
  text: orders[order].text,
  touches: async () => `${plural(circuit.tasks.length, 'task type or stage', 'task types and stages')}: ${circuit.tasks.join(', ')}.`,
  confirm: orders[order].title,
  isDangerous: order === 'open',
  fields: noteFields(),
  run: async (values) => {
    await forceCircuit(circuit.name, order, noteOf(values));
    onDone();
    return `${circuit.name}: done. All instances go by it within 10 seconds.`;
  },
});
