/** Series of figures for charts: gaps filled, length bounded. Pure. */

/** A bucket of the history: a time, and figures by name. */
export type Bucket = { at: string } & Record<string, string | number | null | undefined>;

/** The times of a window, each step that is over, in seconds since 1970. At most 2,000. */
export function timesOf(from: string, to: string, step: 'minute' | 'hour'): number[] {
  const size = step === 'minute' ? 60 : 3600;
  const [first, last] = [Math.floor(Date.parse(from) / 1000 / size) * size, Date.parse(to) / 1000];
  const times: number[] = [];
  for (let time = first; time + size <= last && times.length < 2000; time += size) {
    times.push(time);
  }

  return times;
}

/**
 * One figure at each of the times. A bucket that is left out is one in which nothing happened: `missing` says what that is, 0 for what is counted and null for what is measured.
 */
export function figures(times: readonly number[], buckets: readonly Bucket[], name: string, missing: 0 | null): (number | null)[] {
  const byTime = new Map(buckets.map((bucket) => [Math.floor(Date.parse(bucket.at) / 1000), bucket]));
  return times.map((time) => {
    const value = byTime.get(time)?.[name];
    return typeof value === 'number' ? value : missing;
  });
}

/** Adds to a list that stays at most so long: the oldest goes. */
export const pushBounded = <T>(list: readonly T[], item: T, most: number): T[] => [...list.slice(Math.max(0, list.length - most + 1)), item];

/** The figure of a list that was last known, and its largest one: what a chart says to those who do not see it. */
export function summary(values: readonly (number | null)[]): { last: number | null; most: number | null } {
  const known = values.filter((value): value is number => value !== null);
  return { last: known.at(-1) ?? null, most: known.length === 0 ? null : known.reduce((left, right) => Math.max(left, right)) };
}

/** Where figures stand that have no neighbour: no line shows them, a point does. */
export const lonely = (values: readonly (number | null)[]): number[] =>
  values.flatMap((value, index) => (value !== null && (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null ? [index] : []));

/** The points of a small line in a box, oldest first; a flat line at the bottom where all is 0. */
export function sparkline(values: readonly number[], width: number, height: number): string {
  const most = Math.max(1, ...values);
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  return values.map((value, index) => `${round(index * step)},${round(height - (value / most) * height)}`).join(' ');
}

const round = (value: number): number => Math.round(value * 10) / 10;
