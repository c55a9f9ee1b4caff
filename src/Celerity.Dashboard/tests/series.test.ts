import { expect, test } from 'vitest';
import { changesPerSecond } from '../src/text/rate';
import { figures, lonely, pushBounded, sparkline, summary, timesOf } from '../src/text/series';

const times = timesOf('2026-01-01T00:00:30Z', '2026-01-01T00:03:59Z', 'minute');

test('a figure without neighbours is seen', () => expect(lonely([1, null, 2, 3, null, 4])).toEqual([0, 5]));

test('a window has a time for each of its minutes that is over', () =>
  expect(times.map((time) => new Date(time * 1000).toISOString().slice(14, 19))).toEqual(['00:00', '01:00', '02:00']));

test('a window is bounded', () => expect(timesOf('2000-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 'minute')).toHaveLength(2000));

test('a minute that is left out counts 0, and is not measured', () => {
  const buckets = [{ at: '2026-01-01T00:01:00Z', sent: 5, backlog: null }];
  expect(figures(times, buckets, 'sent', 0)).toEqual([0, 5, 0]);
  expect(figures(times, buckets, 'backlog', null)).toEqual([null, null, null]);
});

test('a list stays as long as it may be', () => {
  let list: readonly number[] = [];
  for (let item = 0; item < 1000; item++) {
    list = pushBounded(list, item, 3);
  }

  expect(list).toEqual([997, 998, 999]);
});

test('what a chart says', () =>
  expect([summary([null, 2, 9, 4, null]), summary([null])]).toEqual([
    { last: 4, most: 9 },
    { last: null, most: null },
  ]));

test('a small line reaches the top at its largest, and lies flat at 0', () =>
  expect([sparkline([0, 4], 10, 20), sparkline([0, 0], 10, 20)]).toEqual(['0,20 10,0', '0,20 10,20']));

test('how fast a queue changes', () => {
  const [first, second] = [
    { at: '2026-01-01T00:00:00Z', lengths: new Map([['q', 100]]) },
    {
      at: '2026-01-01T00:00:05Z',
      lengths: new Map([
        ['q', 50],
        ['new', 1],
      ]),
    },
  ];
  expect([
    changesPerSecond(first, second, 'q'),
    changesPerSecond(first, second, 'new'),
    changesPerSecond(undefined, second, 'q'),
    changesPerSecond(second, second, 'q'),
  ]).toEqual([-10, undefined, undefined, undefined]);
});
