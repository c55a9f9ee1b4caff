/** What a list of tasks can show, and what this browser shows of it. */
import type { TaskRecord } from '../../api/tasks';
import { count, duration, nothing } from '../../text/format';
import { State } from '../../ui/State';
import type { Column } from '../../ui/Table';
import { Ago, Id, Name, Time } from '../../ui/Text';

const storedName = 'celerity.task-columns';
const usual = ['Task', 'Name', 'State', 'Queue', 'Sent', 'Took', 'Attempt', 'Reason'];

export const taskColumns: Column<TaskRecord>[] = [
  { head: 'Task', cell: (task) => <Id to={['tasks', task.id]}>{task.id}</Id> },
  { head: 'Name', cell: (task) => <Name>{task.task}</Name> },
  { head: 'State', cell: (task) => <State>{task.state}</State> },
  { head: 'Queue', cell: (task) => <Name>{task.queue}</Name> },
  { head: 'Sent', cell: (task) => <Ago at={task.sentAt} /> },
  { head: 'Due', cell: (task) => <Time at={task.dueAt} /> },
  { head: 'Started', cell: (task) => <Time at={task.startedAt} /> },
  { head: 'Ended', cell: (task) => <Time at={task.endedAt} /> },
  { head: 'Took', isNumber: true, cell: (task) => tookOf(task) },
  { head: 'Attempt', isNumber: true, cell: (task) => count(task.attempt ?? 1) },
  { head: 'Host', cell: (task) => <Name>{task.host}</Name> },
  { head: 'Tags', cell: (task) => <Name>{task.tags?.join(', ') || nothing}</Name> },
  { head: 'Correlation', cell: (task) => <Name>{task.correlationId}</Name> },
  { head: 'Reason', cell: (task) => (task.reason ? <Name>{task.reason.length > 120 ? `${task.reason.slice(0, 120)}…` : task.reason}</Name> : '') },
];

/** How long its last attempt took. */
export const tookOf = (task: TaskRecord): string =>
  task.startedAt !== undefined && task.endedAt !== undefined ? duration((Date.parse(task.endedAt) - Date.parse(task.startedAt)) / 1000) : nothing;

export function chosenColumns(): string[] {
  const names = (localStorage.getItem(storedName) ?? usual.join()).split(',').filter((name) => taskColumns.some((column) => column.head === name));
  return names.length > 0 ? names : usual;
}

export const keepColumns = (names: readonly string[]): void => localStorage.setItem(storedName, names.join());
