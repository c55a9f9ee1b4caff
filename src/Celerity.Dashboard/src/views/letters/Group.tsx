/** Dead letters of one cause. */
import { getLetter, type Letter, listLetters } from '../../api/deadLetters';
import { writePlace } from '../../text/address';
import { More } from '../../ui/Filter';
import { Empty, Loaded, Page, Section } from '../../ui/Page';
import { usePages, useResource } from '../../ui/resource';
import { State } from '../../ui/State';
import { Table } from '../../ui/Table';
import { Ago, Id, Name } from '../../ui/Text';
import { LetterCause } from './LetterCause';
import { ReplayMany } from './orders';

export function Group({ id }: { id: string }) {
  const letters = usePages(
    (after, stop) => listLetters({ group: id, limit: 50, after }, stop).then((page) => ({ items: page.letters, next: page.next })),
    [id],
  );
  const first = letters.data?.[0];
  return (
    <Page
      title={
        <>
          Dead letters of <Name>{first?.task ?? first?.stage ?? `group ${id}`}</Name>
        </>
      }
      name={`Dead letters of ${first?.task ?? id}`}
      actions={<ReplayMany filter={{ group: id }} what="the letters of this group" onDone={letters.reload} />}
    >
      {first && <Sample id={first.id} />}
      <Loaded from={letters}>
        {(found) =>
          found.length === 0 ? (
            <Empty title="No letter of this group is left.">
              <a href={writePlace(['dead-letters'])}>All groups</a>
            </Empty>
          ) : (
            <>
              <Table<Letter>
                label="Letters of this group"
                rows={found}
                idOf={(letter) => letter.id}
                columns={[
                  { head: 'Letter', cell: (letter) => <Id to={['letters', letter.id]}>{letter.subjectId}</Id> },
                  { head: 'State', cell: (letter) => <State>{letter.state}</State> },
                  { head: 'Ended', cell: (letter) => <Ago at={letter.at} /> },
                  { head: 'Queue', cell: (letter) => <Name>{letter.queue}</Name> },
                  { head: 'Host', cell: (letter) => <Name>{letter.host}</Name> },
                  { head: 'Attempts', isNumber: true, cell: (letter) => letter.attempt },
                  { head: 'Version', cell: (letter) => <Name>{letter.appVersion?.split('+')[0]}</Name> },
                ]}
              />
              <More next={letters.next} isBusy={letters.isBusy} onMore={letters.more} />
            </>
          )
        }
      </Loaded>
    </Page>
  );
}

// The newest tells why, for all of them.
function Sample({ id }: { id: string }) {
  const letter = useResource((stop) => getLetter(id, stop), [id]);
  return (
    <Section title="Why, by the newest">
      <Loaded from={letter}>{(found) => <LetterCause letter={found} />}</Loaded>
    </Section>
  );
}
