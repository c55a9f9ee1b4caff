/** The graph of a workflow, with what has become of its steps. */
import { listApprovals, type Run } from '../../api/runs';
import { listTasks } from '../../api/tasks';
import { writePlace } from '../../text/address';
import { workflowGraph } from '../../text/workflow';
import { type StepLook, stepLook } from '../../text/workflowState';
import { GraphView } from '../../ui/GraphView';
import { Loaded, Section } from '../../ui/Page';
import { useResource } from '../../ui/resource';

export function Workflow({ run }: { run: Run }) {
  const found = useResource(
    async (stop) => ({
      tasks: (await listTasks({ run: run.id, from: run.createdAt, limit: 200 }, stop)).tasks,
      approvals: (await listApprovals(run.id, stop)).approvals,
    }),
    [run.id, run.state, run.generation],
    5,
  );
  return (
    <Section title="Workflow">
      <Loaded from={found}>
        {({ tasks, approvals }) => {
          const graph = workflowGraph(run.request);
          const looks = new Map(graph.nodes.map((node) => [node.id, stepLook(node, run, tasks, approvals)]));
          const told = { ...graph, nodes: graph.nodes.map((node) => ({ ...node, detail: looks.get(node.id)!.detail })) };
          return (
            <GraphView
              label="Steps of the workflow"
              graph={told}
              toneOf={(node) => looks.get(node.id)!.tone}
              hrefOf={(node) => hrefOf(run.id, looks.get(node.id)!)}
            />
          );
        }}
      </Loaded>
    </Section>
  );
}

const hrefOf = (run: string, { tasks }: StepLook): string | undefined =>
  tasks.length === 0
    ? undefined
    : tasks.length === 1
      ? writePlace(['tasks', tasks[0]!.id])
      : writePlace(['tasks'], { run, task: tasks[0]!.task });
