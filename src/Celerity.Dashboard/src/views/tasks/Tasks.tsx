/** All tasks that are stored, by filters, page by page. */
import { useState } from 'preact/hooks';
import { place } from '../../app/place';
import { listTasks, type TaskRecord } from '../../api/tasks';
import { taskStates } from '../../text/states';
import type { Field } from '../../ui/ask';
import { Filters, More } from '../../ui/Filter';
import { Empty, Loaded, Page } from '../../ui/Page';
import { usePages } from '../../ui/resource';
import { Table } from '../../ui/Table';
import { sendExample } from '../examples';
import { chosenColumns, keepColumns, taskColumns } from './columns';

const fields: Field[] = [
  { name: 'state', label: 'State', kind: 'choice', choices: ['', ...taskStates] },
  { name: 'task', label: 'Name' },
  { name: 'queue', label: 'Queue' },
  { name: 'tag', label: 'Tag' },
  { name: 'run', label: 'Run' },
  { name: 'correlation', label: 'Correlation' },
  { name: 'text', label: 'Text in payload' },
  { name: 'from', label: 'Sent from', example: '2026-01-31T12:00Z' },
  { name: 'to', label: 'Sent before', example: '2026-01-31T12:00Z' },
];

export function Tasks() {
  const { query } = place.value;
  const [chosen, setChosen] = useState(chosenColumns);
  const tasks = usePages(
    (after, stop) => listTasks({ ...query, limit: 50, after }, stop).then((page) => ({ items: page.tasks, next: page.next })),
    [query],
  );
  return (
    <Page
      title="Tasks"
      actions={
        <button type="button" onClick={tasks.reload}>
          Refresh
        </button>
      }
    >
      <Filters fields={fields} />
      <ColumnChoice
        chosen={chosen}
        onChoose={(names) => {
          keepColumns(names);
          setChosen(names);
        }}
      />
      <Loaded from={tasks}>
        {(found) => (
          <>
            {found.length === 0 ? (
              tasks.next === undefined ? (
                <NoTasks isFiltered={Object.keys(query).length > 0} />
              ) : (
                <Empty title="Nothing found so far.">Many tasks were looked through; there are more.</Empty>
              )
            ) : (
              <Table<TaskRecord>
                label="Tasks"
                rows={found}
                idOf={(task) => task.id}
                columns={taskColumns.filter((column) => chosen.includes(column.head))}
              />
            )}
            <More next={tasks.next} isBusy={tasks.isBusy} onMore={tasks.more} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

const NoTasks = ({ isFiltered }: { isFiltered: boolean }) =>
  isFiltered ? (
    <Empty title="No task fits these filters.">Tasks without tracking leave nothing before they end: see docs/results.md.</Empty>
  ) : (
    <Empty title="No task is stored." code={sendExample}>
      A task is one unit of background work: a name, a payload, options. Send one:
    </Empty>
  );

const ColumnChoice = ({ chosen, onChoose }: { chosen: readonly string[]; onChoose: (names: string[]) => void }) => (
  <details class="columns-choice">
    <summary>Columns</summary>
    <div>
      {taskColumns.map(({ head }) => (
        <label key={head}>
          <input
            type="checkbox"
            checked={chosen.includes(head)}
            onChange={() => onChoose(chosen.includes(head) ? chosen.filter((name) => name !== head) : [...chosen, head])}
          />
          {head}
        </label>
      ))}
    </div>
  </details>
);
