import { expect, test } from 'vitest';
import { apiPath, readPlace, writePlace, writeQuery } from '../src/text/address';

test('a place is read as it was written', () => {
  const hash = writePlace(['letters', 'a/b c'], { state: 'open', task: 'mail & more', none: '', left: undefined });
  expect(readPlace(hash)).toEqual({ path: ['letters', 'a/b c'], query: { state: 'open', task: 'mail & more' } });
});

test('no hash is the first view', () => expect(readPlace('')).toEqual({ path: [], query: {} }));

test('what cannot be decoded is taken as it is', () => expect(readPlace('#/tasks/%E0%A4%A').path).toEqual(['tasks', '%E0%A4%A']));

test('a query leaves out what is empty, and escapes the rest', () =>
  expect([writeQuery({}), writeQuery({ a: '', b: 0, c: 'x y&z' })]).toEqual(['', '?b=0&c=x+y%26z']));

test('parts of a path cannot lead elsewhere', () => expect(apiPath('../access', 'a?b#c')).toBe('..%2Faccess/a%3Fb%23c'));
