import { expect, test } from 'vitest';
import { ago, brief, bytes, decimal, duration, moment, money, percent, plural, timeSpan, words } from '../src/text/format';

test.each([
  [0, '0 s'],
  [0.34, '340 ms'],
  [0.9996, '1 s'],
  [3.24, '3.2 s'],
  [59.97, '1 min'],
  [245, '4 min 5 s'],
  [3600, '1 h'],
  [7800, '2 h 10 min'],
  [273_600, '3 d 4 h'],
  [-5, '−5 s'],
  [null, '–'],
])('duration of %s is %s', (seconds, text) => expect(duration(seconds)).toBe(text));

test.each([
  [0.03124, '0.0312'],
  [3.14159, '3.14'],
  [1234.5, '1,235'],
  [7, '7'],
  [undefined, '–'],
  [Number.NaN, '–'],
])('decimal of %s is %s', (value, text) => expect(decimal(value)).toBe(text));

test('brief is short from 10,000 on', () => expect([brief(9999), brief(1_234_567)]).toEqual(['9,999', '1.2M']));

test('percent is 0 and 100 only where it is', () => expect([0, 0.001, 0.5, 0.999, 1].map(percent)).toEqual(['0%', '<1%', '50%', '>99%', '100%']));

test('bytes grow by 1,024', () => expect([bytes(120), bytes(1536), bytes(3_565_158)]).toEqual(['120 B', '1.5 KiB', '3.4 MiB']));

test('money shows small sums', () => expect([money(12.3, 'USD'), money(0.0042, 'USD'), money(0, 'USD')]).toEqual(['$12.30', '$0.0042', '$0.00']));

test('ago tells past and future', () =>
  expect([ago(0, 1000), ago(0, 12_000), ago(0, 3_700_000), ago(90_000, 0)]).toEqual(['now', '12 s ago', '1 h ago', 'in 1 min']));

test('a moment has its day where that is another', () => {
  const at = new Date(2026, 10, 27, 22, 4, 7);
  expect([moment(at, at), moment(at, new Date(2026, 10, 28)), moment(at, new Date(2027, 0, 1))]).toEqual([
    '22:04:07',
    '27 Nov, 22:04:07',
    '27 Nov 2026, 22:04:07',
  ]);
});

test.each([
  ['00:00:01.5000000', 1.5],
  ['1.02:03:04', 93_784],
  ['-00:01:00', -60],
  ['one hour', undefined],
])('the time span %s is %s seconds', (text, seconds) => expect(timeSpan(text)).toBe(seconds));

test('words and plurals', () =>
  expect([words('deadLettered'), plural(1, 'letter'), plural(1200, 'letter'), plural(2, 'letter waits', 'letters wait')]).toEqual([
    'dead lettered',
    '1 letter',
    '1,200 letters',
    '2 letters wait',
  ]));
