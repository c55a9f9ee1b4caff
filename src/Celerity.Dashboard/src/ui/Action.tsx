/** A button that does something: not there for those who may not. */
import { mayOperate } from '../api/access';
import { ask, type Question } from './ask';
import { say } from './toasts';

interface Props {
  label: string;
  /** Names the thing for those who hear the button without its row. */
  of?: string;
  kind?: 'quiet' | 'danger' | 'primary';
  isDisabled?: boolean;
  /** What is asked first. */
  asks: () => Question;
}

export const Action = ({ label, of, kind, isDisabled, asks }: Props) =>
  mayOperate.value ? (
    <button
      type="button"
      class={kind ?? ''}
      disabled={isDisabled ?? false}
      aria-label={of === undefined ? undefined : `${label} ${of}`}
      onClick={() => ask(asks())}
    >
      {label}
    </button>
  ) : null;

/** Does at once what can be undone as easily; says what was done, or why not. */
export const DoAction = ({ label, of, kind, run }: Omit<Props, 'asks'> & { run: () => Promise<string> }) =>
  mayOperate.value ? (
    <button
      type="button"
      class={kind ?? ''}
      aria-label={of === undefined ? undefined : `${label} ${of}`}
      onClick={() => run().then(say, (reason: Error) => say(reason.message))}
    >
      {label}
    </button>
  ) : null;
