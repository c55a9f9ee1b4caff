/** Replays and purges of many: how far they are, and stopping them. */
import { cancelAction, type LetterAction, listActions } from '../../api/deadLetters';
import { Action } from '../../ui/Action';
import { noteFields, noteOf, type Question } from '../../ui/ask';
import { Meter } from '../../ui/Meter';
import { Loaded, Section } from '../../ui/Page';
import { useResource } from '../../ui/resource';
import { State } from '../../ui/State';
import { Table } from '../../ui/Table';
import { Ago, Name } from '../../ui/Text';

export function LetterActions() {
  const actions = useResource(listActions, [], 5);
  return (
    <Loaded from={actions}>
      {(found) =>
        found.actions.length === 0 ? null : (
          <Section title="Replays and purges">
            <Table<LetterAction>
              label="Replays and purges"
              rows={found.actions}
              idOf={(action) => action.id}
              columns={[
                { head: 'What', cell: (action) => action.kind },
                { head: 'Which', cell: (action) => <Name>{whichOf(action)}</Name> },
                {
                  head: 'State',
                  cell: (action) => (
                    <>
                      <State>{action.state}</State>
                      {action.reason && (
                        <small>
                          <Name>{action.reason}</Name>
                        </small>
                      )}
                    </>
                  ),
                },
                {
                  head: 'Done',
                  cell: (action) => (
                    <Meter label={`${action.kind} of letters`} done={action.done + action.refused + action.setAside} total={action.expected} />
                  ),
                },
                {
                  head: 'Who',
                  cell: (action) => (
                    <>
                      <Name>{action.who}</Name>
                      {action.why && (
                        <small>
                          <Name>{action.why}</Name>
                        </small>
                      )}
                    </>
                  ),
                },
                { head: 'Asked for', cell: (action) => <Ago at={action.createdAt} /> },
                {
                  head: 'Actions',
                  cell: (action) => action.endedAt === undefined && <Action label="Stop" asks={() => stopQuestion(action, actions.reload)} />,
                },
              ]}
            />
          </Section>
        )
      }
    </Loaded>
  );
}

const whichOf = (action: LetterAction): string =>
  action.letter !== undefined
    ? '1 letter'
    : Object.entries(action.filter)
        .filter(([, value]) => value != null)
        .map(([name, value]) => `${name} ${value}`)
        .join(', ') || 'all';

const stopQuestion = (action: LetterAction, onDone: () => void): Question => ({
  title: `Stop this ${action.kind}`,
  text: 'It ends after the letters that it is at. What it has done stays done.',
  touches: async () => `${action.done} of about ${action.expected} letters are done.`,
  confirm: 'Stop it',
  fields: noteFields(),
  run: async (values) => {
    await cancelAction(action.id, noteOf(values));
    onDone();
    return `The ${action.kind} is stopped.`;
  },
});
