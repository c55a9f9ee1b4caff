/** How fast queues grow or shrink, between two looks at them. Pure. */

/** The lengths of all queues at a time. */
export interface Sighting {
  at: string;
  lengths: Map<string, number | null | undefined>;
}

/** Messages a second, negative where the queue shrinks; undefined where it was not seen twice. */
export function changesPerSecond(before: Sighting | undefined, now: Sighting | undefined, queue: string): number | undefined {
  const [old, young] = [before?.lengths.get(queue), now?.lengths.get(queue)];
  const seconds = before === undefined || now === undefined ? 0 : (Date.parse(now.at) - Date.parse(before.at)) / 1000;
  return old == null || young == null || seconds <= 0 ? undefined : (young - old) / seconds;
}
