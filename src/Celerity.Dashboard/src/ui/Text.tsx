/** What others wrote, and what is long: always text nodes, in a direction of their own, cut until somebody asks for all. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { writePlace } from '../text/address';
import { ago, count, moment, nothing } from '../text/format';
import { cut, pretty } from '../text/payload';
import { now } from './clock';

/** A short text that is not ours: a name, a tag, a message. */
export const Name = ({ children }: { children: string | number | null | undefined }) =>
  children === '' ? null : <bdi class="name">{children ?? nothing}</bdi>;

/** An id, whole on hover and for those who copy it. */
export const Id = ({ children, to }: { children: string; to?: readonly string[] }) => {
  const text = (
    <bdi class="id" title={children}>
      {children.length > 16 ? `${children.slice(0, 8)}…${children.slice(-6)}` : children}
    </bdi>
  );
  return to === undefined ? text : <a href={writePlace(to)}>{text}</a>;
};

/** A text of any length, of which the beginning is shown. */
export function Long({ text, most = 2000 }: { text: string; most?: number }) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? text : cut(text, most);
  return (
    <div class="long">
      <pre tabIndex={0}>
        <bdi>{shown}</bdi>
      </pre>
      {text.length > most && (
        <button type="button" class="quiet" onClick={() => setWhole(!isWhole)}>
          {isWhole ? 'Show less' : `Show all ${count(text.length)} characters`}
        </button>
      )}
    </div>
  );
}

/** JSON, indented. */
export const Json = ({ value }: { value: unknown }) => <Long text={pretty(value)} />;

/** A time, with how long ago it was. */
export function Time({ at, hasAgo = false }: { at: string | null | undefined; hasAgo?: boolean }) {
  if (at == null) {
    return <span class="muted">{nothing}</span>;
  }

  const date = new Date(at);
  return (
    <time dateTime={at} title={date.toISOString()}>
      {moment(date, new Date(now.peek()))}
      {hasAgo && <span class="muted"> · {ago(date.getTime(), now.value)}</span>}
    </time>
  );
}

/** How long ago something was. */
export const Ago = ({ at }: { at: string | null | undefined }) =>
  at == null ? (
    <span class="muted">{nothing}</span>
  ) : (
    <time dateTime={at} title={new Date(at).toISOString()}>
      {ago(Date.parse(at), now.value)}
    </time>
  );

/** Names and values below each other. */
export const Facts = ({ children }: { children: ComponentChildren }) => <dl class="facts">{children}</dl>;

/** One of them; nothing where there is no value. */
export const Fact = ({ name, children }: { name: string; children: ComponentChildren }) =>
  children === undefined || children === null || children === false || children === '' ? null : (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
