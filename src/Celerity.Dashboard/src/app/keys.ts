/** The keyboard: g and a letter goes to a view, / to the search, ? shows all. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { go } from './place';
import { searchId } from './Sidebar';
import { views } from './views';

const patienceMs = 1500;

export const isHelpOpen = signal(false);

/** Listens for as long as the page is there. */
export function useKeys(): void {
  useEffect(() => {
    let pressedAt = -patienceMs;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector('dialog[open]') !== null) {
        return;
      }

      const found = event.timeStamp - pressedAt < patienceMs ? views.find((view) => view.letter === event.key) : undefined;
      pressedAt = event.key === 'g' ? event.timeStamp : -patienceMs;
      if (found !== undefined) {
        go([found.path].filter(Boolean));
      } else if (event.key === '/') {
        document.getElementById(searchId)?.focus();
      } else if (event.key === '?') {
        isHelpOpen.value = true;
      } else {
        return;
      }

      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

const isTyping = (target: EventTarget | null): boolean => target instanceof HTMLElement && target.closest('input, textarea, select') !== null;
