/** Tasks as they change, the latest first. */
import { live, type TaskChange, taskChanges } from '../../api/live';
import { plural } from '../../text/format';
import { Empty, Section } from '../../ui/Page';
import { State } from '../../ui/State';
import { Table } from '../../ui/Table';
import { Ago, Id, Name } from '../../ui/Text';

const shown = 8;

export function JustNow() {
  const dropped = live.value?.taskEventsDropped ?? 0;
  const latest = taskChanges.value.slice(-shown).reverse();
  return (
    <Section title="Just now" aside={dropped > 0 && `and ${plural(dropped, 'change')} more in two seconds`}>
      {latest.length === 0 ? (
        <Empty title="No task has changed since you came.">
          Tasks that this process of the app sends, starts and ends are shown here as they change.
        </Empty>
      ) : (
        <Table<TaskChange>
          label="Changes of tasks"
          rows={latest}
          idOf={(change) => `${change.id} ${change.state} ${change.at}`}
          columns={[
            { head: 'Task', cell: (change) => <Id to={['tasks', change.id]}>{change.id}</Id> },
            { head: 'Name', cell: (change) => <Name>{change.task}</Name> },
            { head: 'State', cell: (change) => <State>{change.state}</State> },
            { head: 'When', cell: (change) => <Ago at={change.at} /> },
          ]}
        />
      )}
    </Section>
  );
}
