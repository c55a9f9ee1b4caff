/** One dead letter, whole: why it died, and sending it again, with another payload where that is what was wrong. */
import { getLetter, type Letter, replayLetter } from '../../api/deadLetters';
import { writePlace } from '../../text/address';
import { bytes, count } from '../../text/format';
import { pretty } from '../../text/payload';
import { Action } from '../../ui/Action';
import { noteFields, noteOf, type Question } from '../../ui/ask';
import { Log } from '../../ui/Log';
import { Loaded, Page, Section } from '../../ui/Page';
import { useResource } from '../../ui/resource';
import { State } from '../../ui/State';
import { Fact, Facts, Id, Name, Time } from '../../ui/Text';
import { LetterCause } from './LetterCause';

export function LetterPage({ id }: { id: string }) {
  const letter = useResource((stop) => getLetter(id, stop), [id], 10);
  return (
    <Page
      title={
        <>
          Dead letter of <Name>{letter.data?.task ?? letter.data?.stage ?? 'a message'}</Name>
        </>
      }
      name="Dead letter"
      actions={
        letter.data?.state === 'open' || letter.data?.state === 'setAside' ? (
          <Action label="Replay" kind="primary" asks={() => replayQuestion(letter.data!, letter.reload)} />
        ) : undefined
      }
    >
      <Loaded from={letter}>
        {(found) => (
          <>
            <Section title="What it was">
              <Facts>
                <Fact name="State">
                  <State>{found.state}</State>
                </Fact>
                <Fact name="Severity">
                  <State>{found.severity}</State>
                </Fact>
                <Fact name={found.kind === 'chunk' ? 'Chunk' : 'Task'}>
                  {found.kind === 'task' ? <Id to={['tasks', found.subjectId]}>{found.subjectId}</Id> : <Name>{found.subjectId}</Name>}
                </Fact>
                <Fact name="Run">{found.run && <Id to={['runs', found.run]}>{found.run}</Id>}</Fact>
                <Fact name="Group">
                  <Id to={['dead-letters', found.group]}>{found.group}</Id>
                </Fact>
                <Fact name="Ended">
                  <Time at={found.at} hasAgo />
                </Fact>
                <Fact name="Queue">
                  <Name>{found.queue}</Name>
                </Fact>
                <Fact name="Host">
                  <Name>{found.host}</Name>
                </Fact>
                <Fact name="Attempts">{count(found.attempt)}</Fact>
                <Fact name="Crashes">{found.crashes > 0 && count(found.crashes)}</Fact>
                <Fact name="Size">{bytes(found.size)}</Fact>
                <Fact name="Version">{found.appVersion && <Name>{found.appVersion.split('+')[0]}</Name>}</Fact>
                <Fact name="Trace">{found.traceId && <Name>{found.traceId}</Name>}</Fact>
                <Fact name="Correlation">
                  {found.correlationId && (
                    <a href={writePlace(['tasks'], { correlation: found.correlationId })}>
                      <Name>{found.correlationId}</Name>
                    </a>
                  )}
                </Fact>
                <Fact name="Replayed as">{found.replayedAs && <Id to={['tasks', found.replayedAs]}>{found.replayedAs}</Id>}</Fact>
                <Fact name="Replay of">{found.replayOf && <Id to={['letters', found.replayOf]}>{found.replayOf}</Id>}</Fact>
              </Facts>
            </Section>
            <Section title="Why it died">
              <LetterCause letter={found} />
            </Section>
            <Log lines={found.log} dropped={found.logDropped} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

const replayQuestion = (letter: Letter, onDone: () => void): Question => {
  const payload = letter.payload === undefined ? undefined : pretty(letter.payload);
  return {
    title: 'Replay this letter',
    text:
      letter.kind === 'chunk'
        ? 'Its run is started again as a new generation that runs this chunk alone.'
        : 'It is sent again as a new task with attempts of its own.',
    touches: async () => `1 ${letter.kind}.`,
    confirm: 'Replay',
    fields: [
      ...(payload === undefined
        ? []
        : [
            {
              name: 'payload',
              label: 'Payload',
              value: payload,
              kind: 'json' as const,
              hint: "Corrected here, it is sent instead of the letter's own. A secret that is left as ••• stays what it was.",
            },
          ]),
      ...noteFields(),
    ],
    run: async (values) => {
      const text = values['payload'];
      const edited = text !== payload && text !== undefined ? { payload: JSON.parse(text) as unknown } : {};
      await replayLetter(letter.id, { ...edited, ...noteOf(values) });
      onDone();
      return 'It is sent again. The letter tells the new task.';
    },
  };
};
