/** Reads from the API for a view: once, when what it depends on changes, and again from time to time while the tab is seen. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { isAbort } from '../api/http';

export interface Resource<T> {
  /** What was read last; it stays while the next is on its way, and where that fails. */
  data: T | undefined;
  error: Error | undefined;
  isBusy: boolean;
  reload: () => void;
}

/** Reads with `load` at once and every so many seconds, never twice at a time. */
export function useResource<T>(load: (stop: AbortSignal) => Promise<T>, dependsOn: readonly unknown[], everySeconds?: number): Resource<T> {
  const [state, setState] = useState<Omit<Resource<T>, 'reload'>>({ data: undefined, error: undefined, isBusy: true });
  const again = useRef(() => {});
  useEffect(() => {
    let stop: AbortController | undefined;
    const start = () => {
      stop?.abort();
      const mine = (stop = new AbortController());
      setState((old) => ({ ...old, isBusy: true }));
      load(mine.signal)
        .then(
          (data) => mine.signal.aborted || setState({ data, error: undefined, isBusy: false }),
          (error: Error) => isAbort(error) || mine.signal.aborted || setState((old) => ({ data: old.data, error, isBusy: false })),
        )
        .finally(() => {
          stop = stop === mine ? undefined : stop;
        });
    };
    const timer = everySeconds === undefined ? undefined : setInterval(() => document.hidden || stop !== undefined || start(), everySeconds * 1000);
    again.current = start;
    start();
    return () => {
      clearInterval(timer);
      stop?.abort();
    };
  }, dependsOn);
  return { ...state, reload: useCallback(() => again.current(), []) };
}

/** Pages that are read one after the other, and shown together. */
export interface Pages<T> extends Resource<T[]> {
  next: string | undefined;
  more: () => void;
}

interface PageOf<T> {
  items: T[];
  next?: string | undefined;
}

/** Reads a list page by page: the first at once, each further one when it is asked for. */
export function usePages<T>(load: (after: string | undefined, stop: AbortSignal) => Promise<PageOf<T>>, dependsOn: readonly unknown[]): Pages<T> {
  const [afters, setAfters] = useState<{ of: string; list: (string | undefined)[] }>({ of: '', list: [undefined] });
  const of = JSON.stringify(dependsOn);
  const list = afters.of === of ? afters.list : [undefined];
  const seen = useRef<{ of: string; pages: PageOf<T>[] }>({ of: '', pages: [] });
  const resource = useResource(
    async (stop) => {
      const known = seen.current.of === of && list.length > 1 ? seen.current.pages.slice(0, list.length - 1) : [];
      const pages = [...known, await load(list.at(-1), stop)];
      seen.current = { of, pages };
      return pages;
    },
    [of, list.length],
  );
  const next = resource.data?.at(-1)?.next;
  return {
    ...resource,
    data: resource.data?.flatMap((page) => page.items),
    next,
    more: () => next !== undefined && setAfters({ of, list: [...list, next] }),
    reload: () => (list.length > 1 ? setAfters({ of, list: [undefined] }) : resource.reload()),
  };
}
