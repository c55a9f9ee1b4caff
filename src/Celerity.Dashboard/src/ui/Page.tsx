/** The frame of a view: its title, its actions, and what it shows while there is nothing, or an error. */
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { ApiError } from '../api/http';
import { writePlace } from '../text/address';
import type { Resource } from './resource';

interface Props {
  title: ComponentChildren;
  /** The title of the tab, where the view's own is no text. */
  name?: string;
  actions?: ComponentChildren;
  children: ComponentChildren;
}

export function Page({ title, name, actions, children }: Props) {
  const text = name ?? (typeof title === 'string' ? title : 'Celerity');
  useEffect(() => {
    document.title = `${text} · Celerity`;
  }, [text]);
  return (
    <>
      <header class="page">
        <h1>{title}</h1>
        {actions && <div class="actions">{actions}</div>}
      </header>
      {children}
    </>
  );
}

export const Section = ({ title, aside, children }: { title: string; aside?: ComponentChildren; children: ComponentChildren }) => (
  <section class="panel" aria-label={title}>
    <header>
      <h2>{title}</h2>
      {aside && <div class="aside">{aside}</div>}
    </header>
    {children}
  </section>
);

/** What a view shows where there is nothing yet: what would be here, and what fills it. */
export const Empty = ({ title, children, code }: { title: string; children?: ComponentChildren; code?: string }) => (
  <div class="empty">
    <p class="title">{title}</p>
    {children && <p>{children}</p>}
    {code && <pre tabIndex={0}>{code}</pre>}
  </div>
);

/** An error as the app words it, with what its code means. */
export function Failure({ error }: { error: Error }) {
  const code = error instanceof ApiError ? error.code : undefined;
  return (
    <div class="failure" role="alert">
      <p class="title">{error instanceof ApiError ? error.title : 'Error'}</p>
      <p>
        <bdi>{error.message}</bdi> {code && <a href={writePlace(['errors', code])}>What {code} means</a>}
      </p>
    </div>
  );
}

/** What was read, an error, or that it is on its way. */
export function Loaded<T>({ from, children }: { from: Resource<T>; children: (data: T) => ComponentChildren }) {
  return (
    <div aria-busy={from.isBusy && from.data === undefined}>
      {from.error && <Failure error={from.error} />}
      {from.data !== undefined ? children(from.data) : !from.error && <p class="muted loading">Loading …</p>}
    </div>
  );
}
