/** Asks once before something is done: what it does, how many things it touches, who does it and why. */
import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { access } from '../api/access';
import { Failure } from './Page';
import { useResource } from './resource';
import { say } from './toasts';

/** Something to fill in. */
export interface Field {
  name: string;
  label: string;
  value?: string;
  hint?: string;
  /** Shown where nothing is written yet. */
  example?: string;
  kind?: 'text' | 'number' | 'json' | 'choice';
  choices?: readonly string[];
}

export interface Question {
  title: string;
  /** What will be done. */
  text: ComponentChildren;
  /** What it would touch, by a dry run or a count that is made when the question is shown. */
  touches?: (values: Record<string, string>) => Promise<ComponentChildren>;
  /** The button that does it. */
  confirm: string;
  isDangerous?: boolean;
  fields?: readonly Field[];
  /** Does it; says what was done. */
  run: (values: Record<string, string>) => Promise<string>;
}

const question = signal<Question | null>(null);
const whoName = 'celerity.who';

/** Asks. */
export const ask = (asked: Question): void => {
  question.value = asked;
};

/** The fields of who and why, which the audit keeps. Who is signed in is known. */
export const noteFields = (): Field[] => [
  ...(access.value?.by ? [] : [{ name: 'who', label: 'Who', value: sessionStorage.getItem(whoName) ?? '', hint: 'Kept in the audit.' }]),
  { name: 'why', label: 'Why', hint: 'Kept in the audit. May be left out.' },
];

/** Who and why, as the API takes it. */
export function noteOf(values: Record<string, string>): { who?: string; why?: string } {
  if (values['who']) {
    sessionStorage.setItem(whoName, values['who']);
  }

  return { ...(values['who'] ? { who: values['who'] } : {}), ...(values['why'] ? { why: values['why'] } : {}) };
}

export const Asking = () => (question.value === null ? null : <Dialog key={question.value.title} asked={question.value} />);

function Dialog({ asked }: { asked: Question }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [values, setValues] = useState<Record<string, string>>(() =>
    Object.fromEntries((asked.fields ?? []).map((field) => [field.name, field.value ?? ''])),
  );
  const [error, setError] = useState<Error>();
  const [isBusy, setBusy] = useState(false);
  useEffect(() => dialog.current!.showModal(), []);
  const close = () => {
    question.value = null;
  };
  const run = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    try {
      say(await asked.run(values));
      close();
    } catch (reason) {
      setError(reason as Error);
      setBusy(false);
    }
  };
  return (
    <dialog ref={dialog} onClose={close} aria-labelledby="asked">
      <form onSubmit={run}>
        <h2 id="asked">{asked.title}</h2>
        <div class="text">{asked.text}</div>
        {asked.touches && <Touched of={asked.touches} values={values} />}
        {asked.fields?.map((field) => (
          <FieldInput
            key={field.name}
            field={field}
            value={values[field.name] ?? ''}
            onInput={(value) => setValues({ ...values, [field.name]: value })}
          />
        ))}
        {error && <Failure error={error} />}
        <footer>
          <button type="button" onClick={close}>
            Leave it
          </button>
          <button type="submit" class={asked.isDangerous ? 'danger' : 'primary'} disabled={isBusy}>
            {isBusy ? 'Working …' : asked.confirm}
          </button>
        </footer>
      </form>
    </dialog>
  );
}

// What a number or a choice says changes what is touched; free text does not.
function Touched({ of, values }: { of: (values: Record<string, string>) => Promise<ComponentChildren>; values: Record<string, string> }) {
  const { who: _, why: __, ...rest } = values;
  const touched = useResource(() => of(values), [JSON.stringify(rest)]);
  return (
    <div class="touches" aria-live="polite">
      {touched.error ? <Failure error={touched.error} /> : (touched.data ?? 'Counting …')}
    </div>
  );
}

export function FieldInput({ field, value, onInput }: { field: Field; value: string; onInput: (value: string) => void }) {
  const shared = { name: field.name, value, 'aria-describedby': field.hint ? `hint-${field.name}` : undefined };
  return (
    <label class="field">
      <span>{field.label}</span>
      {field.kind === 'choice' ? (
        <select {...shared} onChange={(event) => onInput(event.currentTarget.value)}>
          {field.choices!.map((choice) => (
            <option key={choice} value={choice}>
              {choice}
            </option>
          ))}
        </select>
      ) : field.kind === 'json' ? (
        <textarea {...shared} rows={10} spellcheck={false} onInput={(event) => onInput(event.currentTarget.value)} />
      ) : (
        <input
          {...shared}
          type={field.kind === 'number' ? 'number' : 'text'}
          list={undefined}
          placeholder={field.example}
          autocomplete="off"
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
      {field.hint && <small id={`hint-${field.name}`}>{field.hint}</small>}
    </label>
  );
}
