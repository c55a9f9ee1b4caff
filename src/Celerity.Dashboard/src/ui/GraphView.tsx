/** Boxes and arrows, as SVG. */
import { boxHeight, boxWidth, cornerOf, type Graph, type GraphNode, pathOf, sizeOf } from '../text/graph';
import type { Tone } from '../text/states';

interface Props<T extends GraphNode> {
  label: string;
  graph: Graph<T>;
  toneOf: (node: T) => Tone;
  /** Where a box leads. */
  hrefOf?: (node: T) => string | undefined;
  /** How much of a box is done, 0 to 1. */
  shareOf?: (node: T) => number;
}

export function GraphView<T extends GraphNode>({ label, graph, toneOf, hrefOf, shareOf }: Props<T>) {
  const { width, height } = sizeOf(graph);
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  return (
    <div class="graph" role="region" aria-label={label} tabIndex={0}>
      <svg
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role={hrefOf ? 'group' : 'img'}
        aria-label={`${label}: ${graph.nodes.map((node) => `${node.label} ${node.detail}`).join(', ')}`}
      >
        <defs>
          <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M0 0l8 4-8 4z" />
          </marker>
        </defs>
        {graph.edges.map((edge) => {
          const [from, to] = [byId.get(edge.from), byId.get(edge.to)];
          return from && to && <path key={`${edge.from} ${edge.to}`} class="edge" d={pathOf(from, to)} marker-end="url(#arrow)" />;
        })}
        {graph.nodes.map((node) => {
          const { x, y } = cornerOf(node);
          const href = hrefOf?.(node);
          const box = (
            <g key={node.id} class={`node ${toneOf(node)}`} transform={`translate(${x} ${y})`}>
              <rect width={boxWidth} height={boxHeight} rx="4" />
              {shareOf && <rect class="share" y={boxHeight - 3} width={boxWidth * shareOf(node)} height="3" />}
              <text class="label" x="12" y="23">
                {shorten(node.label, 22)}
              </text>
              <text x="12" y="42">
                {shorten(node.detail, 26)}
              </text>
              <title>{`${node.label}: ${node.detail}`}</title>
            </g>
          );
          return href === undefined ? (
            box
          ) : (
            <a key={node.id} href={href}>
              {box}
            </a>
          );
        })}
      </svg>
    </div>
  );
}

const shorten = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
