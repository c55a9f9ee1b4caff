import { expect, test } from 'vitest';
import type { TaskRecord } from '../src/api/tasks';
import { workflowGraph } from '../src/text/workflow';
import { stepLook } from '../src/text/workflowState';

const document = {
  steps: [
    { task: 'a', compensate: { task: 'undo' } },
    { group: [{ task: 'a' }, { chain: [{ task: 'b' }, { task: 'c' }] }], callback: { task: 'd' } },
    { if: {}, then: [{ map: { task: 'e' }, callback: { task: 'f' } }], else: [{ approval: 'ok' }] },
  ],
};

const task = (step: string | undefined, state: string, more: Partial<TaskRecord> = {}): TaskRecord =>
  ({ id: `${step} ${state}`, task: 'a', state, sentAt: '2026-01-01T00:00:00Z', ...(step === undefined ? {} : { step }), ...more }) as TaskRecord;
const run = (...generations: string[]) => ({ generations: generations.map((at) => ({ at })) as never });
const looksOf = (tasks: TaskRecord[], ...generations: string[]) =>
  Object.fromEntries(
    workflowGraph(document).nodes.map((node) => {
      const { tone, detail } = stepLook(node, run(...generations), tasks, [{ name: 'ok', generation: 1, state: 'approved' }]);
      return [`${node.name} ${node.step ?? ''}`, `${tone}: ${detail}`];
    }),
  );

test('each step has its own tasks, whatever they are called', () =>
  expect(
    looksOf([
      task('/steps/0', 'succeeded'),
      task('/steps/1/group/0', 'deadLettered'),
      task('/steps/1/group/1', 'running'),
      task(undefined, 'retrying', { task: 'c' }),
      task('/steps/2/then/0', 'succeeded'),
      task('/steps/2/then/0', 'enqueued'),
    ]),
  ).toEqual({
    'a /steps/0': 'ok: succeeded',
    'a /steps/1/group/0': 'bad: dead lettered',
    'b /steps/1/group/1': 'run: running',
    'c ': 'warn: retrying',
    'd /steps/1/callback': 'off: waiting',
    'e /steps/2/then/0': 'wait: 1 succeeded, 1 enqueued',
    'f /steps/2/then/0/callback': 'off: waiting',
    'ok /steps/2/else/0': 'ok: approved',
  }));

test('what was undone says so', () => {
  const done = task('/steps/0', 'succeeded');
  expect(looksOf([task('/steps/0/compensate', 'succeeded'), done])['a /steps/0']).toBe('off: undone');
  expect(looksOf([task('/steps/0/compensate', 'deadLettered'), done])['a /steps/0']).toBe('bad: undoing: dead lettered');
});

test('in a later generation successes are taken over, and failures wait to run again', () => {
  const tasks = [task('/steps/0', 'succeeded'), task('/steps/1/group/0', 'deadLettered'), task('/steps/1/group/1', 'revoked')];
  const again = task('/steps/1/group/1', 'running', { sentAt: '2026-01-03T00:00:00Z' });
  expect(looksOf([again, ...tasks], '2026-01-02T00:00:00Z')).toMatchObject({
    'a /steps/0': 'ok: taken over',
    'a /steps/1/group/0': 'off: waiting',
    'b /steps/1/group/1': 'run: running',
  });
});
