/** Where the page is: what stands behind the # of its address. */
import { signal } from '@preact/signals';
import { type Place, readPlace, writePlace } from '../text/address';

export const place = signal<Place>(readPlace(location.hash));

addEventListener('hashchange', () => {
  place.value = readPlace(location.hash);
});

/** Goes to a view. */
export const go = (path: readonly string[], query: Record<string, string | undefined> = {}): void => {
  location.hash = writePlace(path, query);
};
