/** Light or dark: as the system has it, until somebody says otherwise. */
import { signal } from '@preact/signals';

export type Theme = 'light' | 'dark';

const name = 'celerity.theme';
const system = matchMedia('(prefers-color-scheme: dark)');

const chosen = (): Theme | null => {
  const stored = localStorage.getItem(name);
  return stored === 'light' || stored === 'dark' ? stored : null;
};

export const theme = signal<Theme>(chosen() ?? (system.matches ? 'dark' : 'light'));

system.addEventListener('change', () => {
  theme.value = chosen() ?? (system.matches ? 'dark' : 'light');
  show();
});

/** The other one, from now on. */
export function toggleTheme(): void {
  theme.value = theme.value === 'dark' ? 'light' : 'dark';
  localStorage.setItem(name, theme.value);
  show();
}

export function show(): void {
  document.documentElement.dataset['theme'] = theme.value;
}
