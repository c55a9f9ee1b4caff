/** Short words on what was done, for some seconds; read out too. */
import { signal } from '@preact/signals';

const shownMs = 8000;
const most = 3;

const texts = signal<readonly { id: number; text: string }[]>([]);
let count = 0;

/** Says something. */
export function say(text: string): void {
  const id = ++count;
  texts.value = [...texts.value, { id, text }].slice(-most);
  setTimeout(() => {
    texts.value = texts.value.filter((toast) => toast.id !== id);
  }, shownMs);
}

export const Toasts = () => (
  <div class="toasts" role="status" aria-live="polite">
    {texts.value.map((toast) => (
      <p key={toast.id}>
        <bdi>{toast.text}</bdi>
      </p>
    ))}
  </div>
);
