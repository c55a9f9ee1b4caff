/** The time, once a second while the tab is seen: for words such as "12 s ago". */
import { signal } from '@preact/signals';

export const now = signal(Date.now());

setInterval(() => {
  if (!document.hidden) {
    now.value = Date.now();
  }
}, 1000);
