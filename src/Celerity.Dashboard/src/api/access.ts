/** Who looks at the page, and what they may do. */
import { computed, signal } from '@preact/signals';
import { ApiError, keepKey, needsKey, open, read } from './http';

export interface Access {
  app: string;
  version: string;
  by?: string | null;
}

/** The app, as it answers; null before it has. */
export const access = signal<Access | null>(null);

const role = signal<'reader' | 'operator'>('reader');

/** Whether actions are shown. Before it is known, none is. */
export const mayOperate = computed(() => role.value === 'operator');

/** Asks who is there and whether they may operate. */
export async function learnAccess(): Promise<void> {
  const found = await read<Access>('access');
  role.value = (await open('GET', 'access/operator').then(
    () => true,
    (reason: unknown) => {
      if (reason instanceof ApiError && (reason.status === 401 || reason.status === 403)) {
        return false;
      }

      throw reason;
    },
  ))
    ? 'operator'
    : 'reader';
  access.value = found;
  needsKey.value = false;
}

/** Takes a key, if the app takes it. */
export async function signIn(key: string): Promise<void> {
  keepKey(key);
  try {
    await learnAccess();
  } catch (reason) {
    keepKey('');
    throw reason;
  }
}

/** Forgets the key and all that was read with it. */
export function signOut(): void {
  keepKey('');
  location.reload();
}
