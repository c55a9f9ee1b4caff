/** Addresses: of the page's views behind the #, and queries of the API. Pure. */

/** A view's address: where it is, and its filters. */
export interface Place {
  path: string[];
  query: Record<string, string>;
}

/** Reads what stands behind the #; what cannot be decoded is taken as it is. */
export function readPlace(hash: string): Place {
  const [path = '', query = ''] = split(hash.replace(/^#/, ''), '?');
  return {
    path: path
      .split('/')
      .filter((part) => part !== '')
      .map(decode),
    query: Object.fromEntries(new URLSearchParams(query)),
  };
}

/** Writes a view's address. Filters that are empty are left out. */
export function writePlace(path: readonly string[], query: Record<string, string | undefined> = {}): string {
  return `#/${path.map(encodeURIComponent).join('/')}${writeQuery(query)}`;
}

/** Writes a query with its question mark; nothing where all is empty. */
export function writeQuery(query: Record<string, string | number | undefined>): string {
  const filled = Object.entries(query).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, String(value)]]));
  return filled.length === 0 ? '' : `?${new URLSearchParams(filled)}`;
}

/** Joins parts of an API path, each escaped. */
export const apiPath = (...parts: (string | number)[]): string => parts.map((part) => encodeURIComponent(part)).join('/');

function split(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
