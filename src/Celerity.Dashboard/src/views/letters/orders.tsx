/** Replays and purges of many letters: asked for after a dry run. */
import { type LetterPreview, previewPurge, previewReplay, purgeLetters, replayLetters } from '../../api/deadLetters';
import { plural } from '../../text/format';
import { Action } from '../../ui/Action';
import { noteFields, noteOf, type Question } from '../../ui/ask';
import { Name } from '../../ui/Text';

interface Props {
  filter: Record<string, string>;
  what: string;
  onDone: () => void;
}

export const ReplayMany = ({ filter, what, onDone }: Props) => (
  <>
    <Action label="Replay" of={what} asks={() => replayQuestion(filter, what, onDone)} />
    <Action label="Purge" of={what} kind="danger" asks={() => purgeQuestion(filter, what, onDone)} />
  </>
);

const replayQuestion = (filter: Record<string, string>, what: string, onDone: () => void): Question => ({
  title: `Replay ${what}`,
  text: 'Each is sent again, as a new task. What is limited stays limited.',
  touches: async (values) => <Touched preview={await previewReplay({ filter, ...termsOf(values) })} does="replayed" />,
  confirm: 'Replay',
  fields: [
    {
      name: 'canary',
      label: 'Canary',
      kind: 'number',
      hint: 'So many first, 1 to 100; the others once all of these have succeeded. Empty for none.',
    },
    { name: 'rate', label: 'Rate', hint: 'Such as 100/m. Empty for as fast as it goes.' },
    ...noteFields(),
  ],
  run: async (values) => {
    const action = await replayLetters({ filter, ...termsOf(values), ...noteOf(values) });
    onDone();
    return `The replay of about ${plural(action.expected, 'letter')} has begun.`;
  },
});

const purgeQuestion = (filter: Record<string, string>, what: string, onDone: () => void): Question => ({
  title: `Purge ${what}`,
  text: 'They are deleted with their payloads, replayed ones too. It cannot be undone.',
  touches: async () => <Touched preview={await previewPurge({ filter })} does="deleted" />,
  confirm: 'Purge',
  isDangerous: true,
  fields: noteFields(),
  run: async (values) => {
    const action = await purgeLetters({ filter, ...noteOf(values) });
    onDone();
    return `The purge of about ${plural(action.expected, 'letter')} has begun.`;
  },
});

function termsOf(values: Record<string, string>): { canary?: number; rate?: string } {
  return { ...(values['canary'] ? { canary: Number(values['canary']) } : {}), ...(values['rate'] ? { rate: values['rate'] } : {}) };
}

const Touched = ({ preview, does }: { preview: LetterPreview; does: string }) => (
  <>
    <p>
      <strong>
        {preview.isPartial ? 'At least ' : ''}
        {plural(preview.affected, 'letter')}
      </strong>{' '}
      would be {does}
      {preview.setAside > 0 && `, ${preview.setAside} set aside`}
      {preview.refused > 0 && `, ${preview.refused} refused`}.
    </p>
    {Object.entries(preview.tasks).length > 0 && (
      <ul>
        {Object.entries(preview.tasks).map(([task, many]) => (
          <li key={task}>
            <Name>{task}</Name>: {many}
          </li>
        ))}
      </ul>
    )}
    {preview.reasons.map((reason) => (
      <p key={reason}>
        <Name>{reason}</Name>
      </p>
    ))}
  </>
);
