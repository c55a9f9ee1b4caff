import { expect, test } from 'vitest';
import { chainOf, cornerOf, pathOf, sizeOf } from '../src/text/graph';
import { workflowGraph } from '../src/text/workflow';

const placesOf = (document: unknown) => workflowGraph(document).nodes.map((node) => `${node.name} ${node.column},${node.row}`);
const edgesOf = (document: unknown) => {
  const graph = workflowGraph(document);
  const nameOf = (id: string) => graph.nodes.find((node) => node.id === id)!.name;
  return graph.edges.map((edge) => `${nameOf(edge.from)}>${nameOf(edge.to)}`);
};

test('steps follow each other', () => {
  const document = { steps: [{ task: 'a' }, { chain: [{ task: 'b' }, { task: 'c' }] }, { pipeline: 'p' }] };
  expect(placesOf(document)).toEqual(['a 0,0', 'b 1,0', 'c 2,0', 'p 3,0']);
  expect(edgesOf(document)).toEqual(['a>b', 'b>c', 'c>p']);
});

test('a group lies side by side, and its callback follows all of it', () => {
  const document = { steps: [{ group: [{ task: 'a' }, { chain: [{ task: 'b' }, { task: 'c' }] }], callback: { task: 'd' } }, { task: 'e' }] };
  expect(placesOf(document)).toEqual(['a 0,0', 'b 0,1', 'c 1,1', 'd 2,0', 'e 3,0']);
  expect(edgesOf(document)).toEqual(['b>c', 'a>d', 'c>d', 'd>e']);
});

test('a branch that is empty is passed by', () => {
  const document = { steps: [{ approval: 'ok' }, { if: {}, then: [{ task: 'publish' }] }, { task: 'tell' }] };
  expect(edgesOf(document)).toEqual(['ok>publish', 'publish>tell', 'ok>tell']);
});

test('branches with groups inside do not overlap', () => {
  const document = { steps: [{ if: {}, then: [{ group: [{ task: 'a' }, { task: 'b' }] }], else: [{ fail: 'no' }] }] };
  expect(placesOf(document)).toEqual(['a 0,0', 'b 0,1', 'no 0,2']);
});

test.each([[undefined], [null], [[]], ['text'], [{ steps: 'no' }], [{ steps: [null, 1, {}] }]])('%j has no graph', (document) =>
  expect(workflowGraph(document).nodes).toEqual([]),
);

test('a graph of a thousand members is bounded', () =>
  expect(workflowGraph({ steps: [{ group: Array.from({ length: 1000 }, () => ({ task: 'a' })) }, { task: 'z' }] }).nodes.length).toBeLessThanOrEqual(
    200,
  ));

test('a chain is a row of boxes that do not touch, with arrows between them', () => {
  const graph = chainOf([
    { id: '1', label: 'a', detail: '' },
    { id: '2', label: 'b', detail: '' },
  ]);
  const [first, second] = graph.nodes;
  expect(cornerOf(second!).x - cornerOf(first!).x).toBeGreaterThan(176);
  expect(pathOf(first!, second!)).toBe('M180 32H220');
  expect(sizeOf(graph)).toEqual({ width: 400, height: 64 });
});
