import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readErrorCodes } from '../src/text/errorCodes';
import { cut, pretty } from '../src/text/payload';
import { lookOf, runStates, taskStates } from '../src/text/states';
import { timelineOf } from '../src/text/timeline';

test('a timeline is in order, and says how long attempts took', () => {
  const steps = timelineOf({
    id: 't',
    task: 'mail',
    state: 'deadLettered',
    attempt: 2,
    queue: 'q',
    sentAt: '2026-01-01T00:00:00Z',
    startedAt: '2026-01-01T00:00:10Z',
    endedAt: '2026-01-01T00:00:12Z',
    reason: 'no such city',
    attempts: [
      { attempt: 2, state: 'running', startedAt: '2026-01-01T00:00:10Z' },
      {
        attempt: 1,
        state: 'failed',
        endedAt: '2026-01-01T00:00:05Z',
        seconds: 2,
        failure: { attempt: 1, category: 'transient', type: 'System.IO.IOException', message: 'gone', at: '2026-01-01T00:00:05Z' },
      },
    ],
  });
  expect(steps.map((step) => [step.what, step.seconds])).toEqual([
    ['Sent', undefined],
    ['Attempt 1 failed', 2],
    ['Attempt 2 started', undefined],
    ['Ended', 2],
  ]);
  expect(steps[1]!.detail).toBe('transient · System.IO.IOException · gone');
});

test('a task of which little is known has a short timeline', () => expect(timelineOf({ id: 't', task: 'a', state: 'enqueued' })).toEqual([]));

test('each state has a look of its own, and those that are good or bad differ by shape', () => {
  for (const state of [...taskStates, ...runStates]) {
    expect(lookOf(state).label).not.toBe('');
  }

  expect(new Set(['succeeded', 'deadLettered', 'running', 'enqueued', 'revoked', 'suspended'].map((state) => lookOf(state).shape)).size).toBe(6);
});

test('a state that is not known is shown under its name', () =>
  expect([lookOf('brandNew'), lookOf('constructor')]).toEqual([
    { tone: 'off', shape: 'dot', label: 'brand new' },
    { tone: 'off', shape: 'dot', label: 'constructor' },
  ]));

test('a long text is cut, never within a character', () => expect([cut('abc', 3), cut('abcd', 3), cut('ab😀d', 3)]).toEqual(['abc', 'abc…', 'ab…']));

test('hostile JSON is only text', () => expect(pretty({ a: '<script>alert(1)</script>' })).toContain('<script>alert(1)</script>'));

test('the codes of docs/errors.md are read, each with what to do', () => {
  const codes = readErrorCodes(readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8'));
  expect(codes.length).toBeGreaterThan(50);
  expect(codes.every((code) => code.what !== '' && code.fix !== '')).toBe(true);
  expect(codes.find((code) => code.code === 'CEL0210')!.fix).toContain('docs/results.md');
});
