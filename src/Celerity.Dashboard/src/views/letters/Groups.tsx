/** Dead letters by cause, those first that hurt most; and what was done with them. */
import { place } from '../../app/place';
import { listGroups, type LetterGroup } from '../../api/deadLetters';
import { writePlace } from '../../text/address';
import { count, plural } from '../../text/format';
import type { Field } from '../../ui/ask';
import { Filters } from '../../ui/Filter';
import { Empty, Loaded, Page } from '../../ui/Page';
import { useResource } from '../../ui/resource';
import { Sparkline } from '../../ui/Sparkline';
import { State } from '../../ui/State';
import { Table } from '../../ui/Table';
import { Ago, Name } from '../../ui/Text';
import { failExample } from '../examples';
import { LetterActions } from './LetterActions';
import { ReplayMany } from './orders';

const fields: Field[] = [
  { name: 'task', label: 'Task', example: 'mail.*' },
  { name: 'category', label: 'Category' },
  { name: 'severity', label: 'At least', kind: 'choice', choices: ['', 'low', 'medium', 'high', 'critical'] },
  { name: 'exception', label: 'Exception' },
];

const everySeconds = 15;

export function Groups() {
  const { query } = place.value;
  const groups = useResource((stop) => listGroups({ ...query, limit: 200 }, stop), [JSON.stringify(query)], everySeconds);
  return (
    <Page
      title="Dead letters"
      actions={
        <ReplayMany
          filter={query}
          what={Object.keys(query).length === 0 ? 'all open letters' : 'the open letters that fit the filters'}
          onDone={groups.reload}
        />
      }
    >
      <Filters fields={fields} />
      <Loaded from={groups}>
        {(found) =>
          found.groups.length === 0 ? (
            <Empty title="No dead letter." code={failExample}>
              What will not run again by itself comes here: with its payload, its cause and each failed attempt. Letters of one cause are one group.
              To see one, send a task that fails:
            </Empty>
          ) : (
            <>
              <p class="muted">
                {plural(found.open, 'letter waits', 'letters wait')} for somebody, in {plural(found.count, 'group')}.
              </p>
              <Table<LetterGroup>
                label="Groups of dead letters"
                rows={found.groups}
                idOf={(group) => group.id}
                columns={[
                  { head: 'Cause', cell: (group) => <Cause group={group} /> },
                  { head: 'Severity', cell: (group) => <State>{group.severity}</State> },
                  { head: 'Open', isNumber: true, cell: (group) => <strong>{count(group.open)}</strong> },
                  { head: 'Replayed', isNumber: true, cell: (group) => count(group.replayed) },
                  { head: 'Set aside', isNumber: true, cell: (group) => count(group.setAside) },
                  { head: 'Last day', cell: (group) => <Sparkline values={group.lastDay} label="Letters in each of the last 24 hours" /> },
                  { head: 'Last', cell: (group) => <Ago at={group.lastSeen} /> },
                ]}
              />
            </>
          )
        }
      </Loaded>
      <LetterActions />
    </Page>
  );
}

const Cause = ({ group }: { group: LetterGroup }) => (
  <>
    <a href={writePlace(['dead-letters', group.id])}>
      <Name>{group.task ?? 'Messages that nobody could read'}</Name>
    </a>
    <small>
      <Name>{group.exception ?? group.category}</Name>: <Name>{group.reason.length > 160 ? `${group.reason.slice(0, 160)}…` : group.reason}</Name>
    </small>
  </>
);
