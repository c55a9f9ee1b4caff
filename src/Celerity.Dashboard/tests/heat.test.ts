import { expect, test } from 'vitest';
import { heatOf, joinCells, wordsOf } from '../src/text/heat';

const cell = (from: number, to: number, done: number, failed = 0, rejected = 0) => ({ from, to, done, failed, rejected });

test('neighbours are joined, and nothing is lost', () => {
  const cells = Array.from({ length: 2500 }, (_, chunk) => cell(chunk, chunk, 1, chunk % 1000 === 0 ? 1 : 0));
  const joined = joinCells(cells, 1000);
  expect(joined.length).toBeLessThanOrEqual(1000);
  expect([joined[0]!.from, joined.at(-1)!.to]).toEqual([0, 2499]);
  expect(joined.reduce((sum, one) => sum + one.done, 0)).toBe(2500);
  expect(joined.reduce((sum, one) => sum + one.failed, 0)).toBe(3);
});

test('few cells stay as they are', () => expect(joinCells([cell(0, 9, 3)], 1000)).toEqual([cell(0, 9, 3)]));

test.each([
  [cell(0, 9, 0), 0, ''],
  [cell(0, 9, 3), 1, ''],
  [cell(0, 9, 5), 2, ''],
  [cell(0, 9, 9), 3, ''],
  [cell(0, 9, 10), 4, ''],
  [cell(0, 9, 10, 0, 7), 4, 'rejected'],
  [cell(0, 9, 10, 1, 7), 4, 'failed'],
])('%j has the level %i and the mark %s', (one, level, mark) => expect(heatOf(one)).toEqual({ level, mark }));

test('a cell in words', () =>
  expect([wordsOf(cell(7, 7, 1)), wordsOf(cell(0, 999, 500, 2, 1200))]).toEqual([
    'Chunk 7, ended',
    'Chunks 0 to 999, 50% ended, 2 failed, 1,200 records rejected',
  ]));
