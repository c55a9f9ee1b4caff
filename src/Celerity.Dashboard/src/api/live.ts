/** What happens now, as the app streams it: /api/events. The stream is open only while a view looks at it and the tab is seen. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { pushBounded } from '../text/series';
import { StreamReader, type StreamEvent } from '../text/sse';
import { ApiError, isAbort, needsKey, open } from './http';

export interface LiveRun {
  id: string;
  pipeline: string;
  state: string;
  chunksDone: number;
  chunksTotal: number;
  records: number;
}

export interface Live {
  at: string;
  running: number;
  workers: number;
  ratePerSecond: number;
  taskEventsDropped?: number;
  queues: { name: string; length?: number | null }[];
  runs: LiveRun[];
}

export interface TaskChange {
  id: string;
  task: string;
  state: string;
  queue?: string;
  at: string;
}

const mostChanges = 50;
const mostRates = 60;
const firstWaitMs = 1000;
const mostWaitMs = 30_000;

/** The latest figures; null before the first. */
export const live = signal<Live | null>(null);

/** The latest changes of tasks, the oldest first. */
export const taskChanges = signal<readonly TaskChange[]>([]);

/** Tasks a second in the last two minutes, the oldest first. */
export const rates = signal<readonly number[]>([]);

/** Whether figures come now. */
export const isLive = signal(false);

let watchers = 0;
let stream: AbortController | null = null;

/** Keeps the stream open for as long as the component is there. */
export function useLive(): void {
  useEffect(() => {
    watchers++;
    update();
    return () => {
      watchers--;
      update();
    };
  }, []);
}

document.addEventListener('visibilitychange', update);

function update(): void {
  const isWanted = watchers > 0 && !document.hidden;
  if (isWanted && stream === null) {
    stream = new AbortController();
    void follow(stream.signal);
  } else if (!isWanted && stream !== null) {
    stream.abort();
    stream = null;
    isLive.value = false;
  }
}

async function follow(stop: AbortSignal): Promise<void> {
  for (let wait = firstWaitMs; !stop.aborted;) {
    try {
      await readStream(stop);
      wait = firstWaitMs;
    } catch (reason) {
      if (isAbort(reason)) {
        return;
      }

      // A stream that breaks is opened again, later and later; without a key it never would be.
      needsKey.value ||= reason instanceof ApiError && reason.status === 401;
      wait = Math.min(mostWaitMs, wait * 2);
    }

    isLive.value = false;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

async function readStream(stop: AbortSignal): Promise<void> {
  const response = await open('GET', 'events', {}, undefined, stop);
  const [pieces, events] = [response.body!.pipeThrough(new TextDecoderStream()).getReader(), new StreamReader()];
  for (let piece = await pieces.read(); !piece.done; piece = await pieces.read()) {
    events.take(piece.value).forEach(take);
  }
}

function take(event: StreamEvent): void {
  isLive.value = true;
  if (event.name === 'live') {
    live.value = JSON.parse(event.data) as Live;
    rates.value = pushBounded(rates.value, live.value.ratePerSecond, mostRates);
  } else if (event.name === 'task') {
    taskChanges.value = pushBounded(taskChanges.value, JSON.parse(event.data) as TaskChange, mostChanges);
  }
}
