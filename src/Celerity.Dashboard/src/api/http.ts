/** Requests to the app's public HTTP API: one place for the key, for errors, and for what an answer of 401 means. */
import { signal } from '@preact/signals';
import { writeQuery } from '../text/address';

/** An error as the app words it (RFC 9457 problem details), or as the network does. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    detail: string,
    readonly code?: string,
  ) {
    super(detail);
  }
}

const keyName = 'celerity.key';

/** Where the API lies: one level above the page, whatever the route prefix is. */
const root = new URL('../', document.baseURI);

/** Whether the app wants a key that the page does not have. */
export const needsKey = signal(false);

/** Keeps a key until the tab is closed; an empty one forgets it. */
export function keepKey(key: string): void {
  if (key === '') {
    sessionStorage.removeItem(keyName);
  } else {
    sessionStorage.setItem(keyName, key);
  }
}

/** Whether a key is kept. */
export const hasKey = (): boolean => sessionStorage.getItem(keyName) !== null;

/** A file's or a stream's address, for what is read without this module. */
export const urlOf = (path: string, query: Query = {}): string => new URL(path + writeQuery(query), root).href;

export type Query = Record<string, string | number | undefined>;

/** Asks the API; an answer that is no success is thrown as an `ApiError`. */
export async function open(method: string, path: string, query: Query = {}, body?: unknown, stop?: AbortSignal): Promise<Response> {
  const key = sessionStorage.getItem(keyName);
  const response = await fetch(urlOf(path, query), {
    method,
    headers: { ...(key === null ? {} : { 'x-functions-key': key }), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(stop === undefined ? {} : { signal: stop }),
    redirect: 'error',
  }).catch((reason: unknown) => {
    throw isAbort(reason) ? reason : new ApiError(0, 'No answer', 'The app cannot be reached. Is it running, and is this machine online?');
  });
  if (!response.ok) {
    throw await errorOf(response);
  }

  return response;
}

/** Reads from the API. */
export async function read<T>(path: string, query: Query = {}, stop?: AbortSignal): Promise<T> {
  try {
    return (await (await open('GET', path, query, undefined, stop)).json()) as T;
  } catch (reason) {
    needsKey.value ||= reason instanceof ApiError && reason.status === 401;
    throw reason;
  }
}

/** Changes something by the API; what it answers, or nothing. */
export async function change<T = unknown>(method: 'POST' | 'PUT' | 'DELETE', path: string, body: unknown = {}, query: Query = {}): Promise<T> {
  const response = await open(method, path, query, body);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** Whether a request was given up by the page itself. */
export const isAbort = (reason: unknown): boolean => reason instanceof DOMException && reason.name === 'AbortError';

async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text();
  try {
    const problem = JSON.parse(text) as { title?: string; detail?: string; code?: string };
    return new ApiError(response.status, problem.title ?? 'Error', problem.detail ?? text.slice(0, 500), problem.code);
  } catch {
    const why = response.status === 401 ? 'The key is missing or may not do this.' : text.slice(0, 500) || `The app answered ${response.status}.`;
    return new ApiError(response.status, response.statusText || 'Error', why);
  }
}
