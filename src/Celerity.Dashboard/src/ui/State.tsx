/** A state: its shape, its colour, and its name. */
import type { JSX } from 'preact';
import { lookOf, type Shape } from '../text/states';

const shapes: Record<Shape, JSX.Element> = {
  check: <path d="M3 6.5l2.2 2.2L9.2 3.8" />,
  cross: <path d="M3.5 3.5l5 5M8.5 3.5l-5 5" />,
  dot: <circle cx="6" cy="6" r="3" class="full" />,
  ring: <circle cx="6" cy="6" r="3.2" />,
  pause: <path d="M4.2 3.2v5.6M7.8 3.2v5.6" />,
  stop: <path d="M3 6h6" />,
  bang: <path d="M6 2.6v4M6 9.2v.01" />,
  again: <path d="M9 6a3 3 0 1 1-.9-2.1M8.6 2v2.2H6.4" />,
};

export function State({ children }: { children: string }) {
  const look = lookOf(children);
  return (
    <span class={`state ${look.tone}`}>
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        {shapes[look.shape]}
      </svg>
      {look.label}
    </span>
  );
}
