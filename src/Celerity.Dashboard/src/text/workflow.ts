/** The graph of a workflow that is a JSON document (docs/workflows.md). Pure; a document that is none gives an empty graph. */
import type { Graph, GraphNode } from './graph';

const most = 200;

/** What a box stands for: its tasks, its approval, or its pipeline are found by this name. */
export interface WorkflowNode extends GraphNode {
  kind: 'task' | 'approval' | 'pipeline' | 'fail';
  name: string;
  /** The step, a JSON pointer, by which its tasks are known; a later link of a chain has none and is known by its name. */
  step?: string | undefined;
}

export type WorkflowGraph = Graph<WorkflowNode>;

type Json = Record<string, unknown>;

/** Lays a document's steps out: one after the other in columns, what runs side by side in rows. */
export function workflowGraph(document: unknown): WorkflowGraph {
  const builder = new Builder();
  builder.steps(listOf(asObject(document)?.['steps'], '/steps'), 0, 0, []);
  return builder.graph;
}

/** A step, and where it is in the document, a JSON pointer. */
interface Placed {
  step: Json;
  place: string | undefined;
}

/** Where what follows begins, and what it follows. */
interface End {
  column: number;
  rows: number;
  exits: string[];
}

class Builder {
  readonly graph: WorkflowGraph = { nodes: [], edges: [] };

  steps(steps: readonly Placed[], column: number, row: number, after: string[]): End {
    let end: End = { column, rows: 1, exits: after };
    for (const step of steps) {
      const next = this.#step(step, end.column, row, end.exits);
      end = { ...next, rows: Math.max(end.rows, next.rows) };
    }

    return end;
  }

  #step({ step, place }: Placed, column: number, row: number, after: string[]): End {
    if (Array.isArray(step['chain'])) {
      const links = listOf(step['chain'], '').map((link, index) => ({ ...link, place: index === 0 ? place : undefined }));
      return this.steps(links, column, row, after);
    }

    const callback = asObject(step['callback']);

    if (Array.isArray(step['group'])) {
      const end = this.#branches(
        listOf(step['group'], `${place}/group`).map((member) => [member]),
        column,
        row,
        after,
      );
      return callback === undefined
        ? end
        : { ...this.#step({ step: callback, place: `${place}/callback` }, end.column, row, end.exits), rows: end.rows };
    }

    if (asObject(step['if']) !== undefined) {
      return this.#branches([listOf(step['then'], `${place}/then`), listOf(step['else'], `${place}/else`)], column, row, after);
    }

    const map = asObject(step['map']);
    if (map !== undefined) {
      const exits = [this.#add('task', textOf(map['task']), 'for each item', place, column, row, after)];
      const end = { column: column + 1, rows: 1, exits };
      return callback === undefined ? end : this.#step({ step: callback, place: `${place}/callback` }, end.column, row, exits);
    }

    for (const kind of ['task', 'pipeline', 'approval', 'fail'] as const) {
      if (typeof step[kind] === 'string') {
        return { column: column + 1, rows: 1, exits: [this.#add(kind, step[kind], kind, place, column, row, after)] };
      }
    }

    return { column, rows: 1, exits: after };
  }

  // An empty branch is passed by: what follows comes after what was before it, too.
  #branches(branches: readonly Placed[][], column: number, row: number, after: string[]): End {
    let [last, rows] = [column, 0];
    const exits: string[] = [];
    for (const branch of branches) {
      const end = this.steps(branch, column, row + rows, after);
      last = Math.max(last, end.column);
      rows += branch.length === 0 ? 0 : end.rows;
      exits.push(...end.exits);
    }

    return { column: last, rows: Math.max(1, rows), exits: [...new Set(exits)] };
  }

  #add(kind: WorkflowNode['kind'], name: string, detail: string, step: string | undefined, column: number, row: number, after: string[]): string {
    const id = `${Math.min(this.graph.nodes.length, most)}`;
    if (this.graph.nodes.length < most) {
      this.graph.nodes.push({ id, label: name, detail, column, row, kind, name, step });
      this.graph.edges.push(...after.map((from) => ({ from, to: id })));
    }

    return id;
  }
}

const asObject = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
const listOf = (value: unknown, place: string): Placed[] =>
  (Array.isArray(value) ? value : []).flatMap((item, index) => {
    const step = asObject(item);
    return step === undefined ? [] : [{ step, place: `${place}/${index}` }];
  });
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
