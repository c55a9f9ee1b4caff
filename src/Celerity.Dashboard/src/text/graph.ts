/** Graphs of steps, laid out in columns from left to right. Pure. */

/** A box: where it stands in the grid, and what is written in it. */
export interface GraphNode {
  id: string;
  label: string;
  detail: string;
  column: number;
  row: number;
}

/** An arrow from one box to another. */
export interface GraphEdge {
  from: string;
  to: string;
}

export interface Graph<T extends GraphNode = GraphNode> {
  nodes: T[];
  edges: GraphEdge[];
}

export const boxWidth = 176;
export const boxHeight = 56;
const gapX = 40;
const gapY = 16;
const margin = 4;

/** Where a box's upper left corner is. */
export const cornerOf = (node: GraphNode): { x: number; y: number } => ({
  x: margin + node.column * (boxWidth + gapX),
  y: margin + node.row * (boxHeight + gapY),
});

/** How large the drawing is. */
export function sizeOf(graph: Graph): { width: number; height: number } {
  const last = (pick: (node: GraphNode) => number) => graph.nodes.reduce((most, node) => Math.max(most, pick(node)), 0);
  return {
    width: 2 * margin + last((node) => node.column) * (boxWidth + gapX) + boxWidth,
    height: 2 * margin + last((node) => node.row) * (boxHeight + gapY) + boxHeight,
  };
}

/** The path of an arrow: out of the right side of one box, into the left side of the other. */
export function pathOf(from: GraphNode, to: GraphNode): string {
  const [start, end] = [cornerOf(from), cornerOf(to)];
  const [x1, y1, x2, y2] = [start.x + boxWidth, start.y + boxHeight / 2, end.x, end.y + boxHeight / 2];
  const bend = Math.max(16, (x2 - x1) / 2);
  return y1 === y2 ? `M${x1} ${y1}H${x2}` : `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

/** A chain of boxes, one after the other. */
export function chainOf(steps: readonly Omit<GraphNode, 'column' | 'row'>[]): Graph {
  return {
    nodes: steps.map((step, column) => ({ ...step, column, row: 0 })),
    edges: steps.slice(1).map((step, index) => ({ from: steps[index]!.id, to: step.id })),
  };
}
