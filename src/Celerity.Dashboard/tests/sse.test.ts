import { expect, test } from 'vitest';
import { StreamReader } from '../src/text/sse';

test('events are read wherever the network cuts them', () => {
  const text = ': hello\n\nevent: live\ndata: {"a":1}\n\nevent: task\ndata: one\ndata: two\n\n';
  for (let cut = 0; cut <= text.length; cut++) {
    const reader = new StreamReader();
    expect([...reader.take(text.slice(0, cut)), ...reader.take(text.slice(cut))]).toEqual([
      { name: 'live', data: '{"a":1}' },
      { name: 'task', data: 'one\ntwo' },
    ]);
  }
});

test('lines may end as on Windows, also where a piece ends between the two characters', () => {
  const reader = new StreamReader();
  expect([...reader.take('event: live\r\ndata: 1\r'), ...reader.take('\n\r\n')]).toEqual([{ name: 'live', data: '1' }]);
});

test('an event without a name is a message; one without data is none', () =>
  expect(new StreamReader().take('data:x\n\nevent: live\n\n')).toEqual([{ name: 'message', data: 'x' }]));

test('an event without an end is refused before it fills the memory', () => {
  const reader = new StreamReader();
  expect(() => {
    for (let piece = 0; piece < 20; piece++) {
      reader.take('x'.repeat(100_000));
    }
  }).toThrow('no end');
});
