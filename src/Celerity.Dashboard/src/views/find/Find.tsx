/** What has an id: a task, a run, a dead letter, or what they have in common. */
import { getLetter } from '../../api/deadLetters';
import { ApiError } from '../../api/http';
import { getRun } from '../../api/runs';
import { getTask, listTasks } from '../../api/tasks';
import { place } from '../../app/place';
import { writePlace } from '../../text/address';
import { Empty, Loaded, Page } from '../../ui/Page';
import { useResource } from '../../ui/resource';
import { State } from '../../ui/State';
import { Table } from '../../ui/Table';
import { Name } from '../../ui/Text';

interface Found {
  what: string;
  name: string;
  state: string;
  to: string;
}

export function Find() {
  const id = place.value.query['id'] ?? '';
  const found = useResource((stop) => find(id, stop), [id]);
  return (
    <Page
      title={
        <>
          Find <Name>{id}</Name>
        </>
      }
      name="Find"
    >
      <Loaded from={found}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty title="Nothing has this id.">
              Whole ids are looked for: of a task, a run, a dead letter, or a correlation.{' '}
              <a href={writePlace(['tasks'], { text: id })}>Look for it in payloads</a>
            </Empty>
          ) : (
            <Table<Found>
              label="Found"
              rows={rows}
              idOf={(row) => row.to}
              columns={[
                { head: 'What', cell: (row) => <a href={row.to}>{row.what}</a> },
                { head: 'Name', cell: (row) => <Name>{row.name}</Name> },
                { head: 'State', cell: (row) => row.state && <State>{row.state}</State> },
              ]}
            />
          )
        }
      </Loaded>
    </Page>
  );
}

async function find(id: string, stop: AbortSignal): Promise<Found[]> {
  const looks = await Promise.all([
    known(getTask(id, stop), (task) => ({ what: 'Task', name: task.task, state: task.state, to: writePlace(['tasks', id]) })),
    known(getRun(id, stop), (run) => ({ what: 'Run', name: run.pipeline, state: run.state, to: writePlace(['runs', id]) })),
    known(getLetter(id, stop), (letter) => ({
      what: 'Dead letter',
      name: letter.task ?? letter.stage ?? '',
      state: letter.state,
      to: writePlace(['letters', letter.id]),
    })),
    known(
      listTasks({ correlation: id, limit: 1 }, stop),
      ({ tasks: [first] }) =>
        first && { what: 'Tasks of this correlation', name: first.task, state: '', to: writePlace(['tasks'], { correlation: id }) },
    ),
  ]);
  return looks.filter((look) => look !== undefined);
}

async function known<T>(request: Promise<T>, tell: (found: T) => Found | undefined): Promise<Found | undefined> {
  try {
    return tell(await request);
  } catch (reason) {
    if (reason instanceof ApiError && (reason.status === 404 || reason.status === 400)) {
      return undefined;
    }

    throw reason;
  }
}
