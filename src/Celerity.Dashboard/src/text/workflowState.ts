/** What has become of the steps of a workflow, as the tasks and the approvals of its run tell. Pure. */
import type { Approval, Run } from '../api/runs';
import type { TaskRecord } from '../api/tasks';
import { words } from './format';
import { hasTaskEnded, lookOf, type Tone } from './states';
import type { WorkflowNode } from './workflow';

/** How a box looks, what it says, and the tasks that it stands for. */
export interface StepLook {
  tone: Tone;
  detail: string;
  tasks: readonly TaskRecord[];
}

/** Looks at one step. */
export function stepLook(node: WorkflowNode, run: Pick<Run, 'generations'>, tasks: readonly TaskRecord[], approvals: readonly Approval[]): StepLook {
  if (node.kind === 'approval') {
    const states = approvals.filter((approval) => approval.name === node.name).map((approval) => approval.state);
    return { tone: toneOf(states), detail: detailOf(states) ?? node.detail, tasks: [] };
  }

  if (node.kind !== 'task') {
    return { tone: 'off', detail: node.detail, tasks: [] };
  }

  const undoing = node.step === undefined ? [] : tasks.filter((task) => task.step === `${node.step}/compensate`);
  if (undoing.length > 0) {
    const state = undoing[0]!.state;
    return { tone: lookOf(state).tone === 'ok' ? 'off' : lookOf(state).tone, detail: state === 'succeeded' ? 'undone' : `undoing: ${words(state)}`, tasks: undoing };
  }

  // What failed in an earlier generation runs again; what succeeded is taken over.
  const begun = run.generations.at(-1)?.at;
  const isEarlier = (task: TaskRecord) => begun !== undefined && task.sentAt !== undefined && Date.parse(task.sentAt) < Date.parse(begun);
  const own = tasks.filter(
    (task) =>
      (node.step === undefined ? task.step === undefined && task.task === node.name : task.step === node.step) &&
      !(isEarlier(task) && lookOf(task.state).tone !== 'ok' && hasTaskEnded(task.state)),
  );
  const states = own.map((task) => (isEarlier(task) && task.state === 'succeeded' ? 'taken over' : task.state));
  return { tone: toneOf(own.map((task) => task.state)), detail: detailOf(states) ?? (node.step === undefined ? node.detail : 'waiting'), tasks: own };
}

function detailOf(states: readonly string[]): string | undefined {
  const counts = [...new Set(states)].map((state) => ({ state, many: states.filter((other) => other === state).length }));
  return counts.length === 0
    ? undefined
    : counts.length === 1 && counts[0]!.many === 1
      ? words(counts[0]!.state)
      : counts.map(({ state, many }) => `${many} ${words(state)}`).join(', ');
}

// The worst that is true of any of its tasks.
function toneOf(states: readonly string[]): Tone {
  const tones = states.map((state) => lookOf(state).tone);
  return states.length === 0
    ? 'off'
    : tones.includes('bad')
      ? 'bad'
      : states.every(hasTaskEnded)
        ? 'ok'
        : (tones.find((tone) => tone !== 'ok') ?? 'ok');
}
