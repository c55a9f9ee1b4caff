/** What the keyboard does. */
import { useEffect, useRef } from 'preact/hooks';
import { isHelpOpen } from './keys';
import { views } from './views';

export const Help = () => (isHelpOpen.value ? <Keys /> : null);

function Keys() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current!.showModal(), []);
  const close = () => {
    isHelpOpen.value = false;
  };
  return (
    <dialog ref={dialog} onClose={close} aria-labelledby="keys">
      <h2 id="keys">Keyboard</h2>
      <dl class="keys">
        <Key of="/">find a task, run or dead letter by its id</Key>
        <Key of="?">this help</Key>
        {views.map((view) => (
          <Key key={view.letter} of={`g ${view.letter}`}>
            {view.label}
          </Key>
        ))}
      </dl>
      <footer>
        <button type="button" onClick={close}>
          Close
        </button>
      </footer>
    </dialog>
  );
}

const Key = ({ of, children }: { of: string; children: string }) => (
  <div>
    <dt>
      {of.split(' ').map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </dt>
    <dd>{children}</dd>
  </div>
);
