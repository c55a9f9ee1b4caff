/** The graph of a workflow, with what has become of those of its steps whose tasks the list of tasks knows by their run, and of its approvals. */
import { listApprovals, type Run } from '../../api/runs';
import { listTasks, type TaskRecord } from '../../api/tasks';
import { words } from '../../text/format';
import { hasTaskEnded, lookOf, type Tone } from '../../text/states';
import { type WorkflowNode, workflowGraph } from '../../text/workflow';
import { GraphView } from '../../ui/GraphView';
import { Loaded, Section } from '../../ui/Page';
import { useResource } from '../../ui/resource';

export function Workflow({ run }: { run: Run }) {
  const found = useResource(
    async (stop) => ({ tasks: (await listTasks({ run: run.id, limit: 200 }, stop)).tasks, approvals: (await listApprovals(run.id, stop)).approvals }),
    [run.id, run.state, run.generation],
    5,
  );
  return (
    <Section title="Workflow">
      <Loaded from={found}>
        {({ tasks, approvals }) => {
          const graph = workflowGraph(run.request);
          const statesOf = (node: WorkflowNode): string[] =>
            node.kind === 'approval'
              ? approvals.filter((approval) => approval.name === node.name).map((approval) => approval.state)
              : tasks.filter((task) => task.task === node.name).map((task) => task.state);
          const byId = new Map(graph.nodes.map((node) => [node.id, statesOf(node)]));
          const told = { ...graph, nodes: graph.nodes.map((node) => ({ ...node, detail: detailOf(node, byId.get(node.id)!) })) };
          return <GraphView label="Steps of the workflow" graph={told} toneOf={(node) => toneOf(byId.get(node.id)!)} />;
        }}
      </Loaded>
    </Section>
  );
}

function detailOf(node: WorkflowNode, states: readonly string[]): string {
  const counts = [...new Set(states)].map((state) => ({ state, many: states.filter((other) => other === state).length }));
  return counts.length === 0
    ? node.detail
    : counts.length === 1 && counts[0]!.many === 1
      ? words(counts[0]!.state)
      : counts.map(({ state, many }) => `${many} ${words(state)}`).join(', ');
}

// The worst that is true of any of its tasks.
function toneOf(states: readonly TaskRecord['state'][]): Tone {
  const tones = states.map((state) => lookOf(state).tone);
  return states.length === 0
    ? 'off'
    : tones.includes('bad')
      ? 'bad'
      : states.every(hasTaskEnded)
        ? 'ok'
        : (tones.find((tone) => tone !== 'ok') ?? 'ok');
}
