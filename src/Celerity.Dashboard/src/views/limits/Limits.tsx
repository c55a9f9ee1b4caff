/** Task types with the settings in force, and circuits. */
import { listLimits, pauseTask, putSettings, resumeTask, type TaskType } from '../../api/limits';
import { writePlace } from '../../text/address';
import { nothing } from '../../text/format';
import { Action, DoAction } from '../../ui/Action';
import { noteFields, noteOf, type Question } from '../../ui/ask';
import { Empty, Loaded, Page, Section } from '../../ui/Page';
import { useResource } from '../../ui/resource';
import { State } from '../../ui/State';
import { Table } from '../../ui/Table';
import { Name } from '../../ui/Text';
import { Circuits } from './Circuits';

export function Limits() {
  const limits = useResource(listLimits, [], 10);
  return (
    <Page title="Limits and circuits">
      <Section title="Task types">
        <Loaded from={limits}>
          {({ tasks }) =>
            tasks.length === 0 ? (
              <Empty
                title="This app runs no task."
                code={'[CelerityTask("airports.geocode", RateLimit = "10/s")]\npublic sealed record GeocodeAirport(string Code);'}
              >
                A task type is a record with an attribute, and a handler:
              </Empty>
            ) : (
              <Table<TaskType>
                label="Task types"
                rows={tasks}
                idOf={(task) => task.task}
                columns={[
                  {
                    head: 'Task',
                    cell: (task) => (
                      <a href={writePlace(['tasks'], { task: task.task })}>
                        <Name>{task.task}</Name>
                      </a>
                    ),
                  },
                  { head: 'Queue', cell: (task) => <Name>{task.queue}</Name> },
                  { head: 'State', cell: (task) => <State>{task.isPaused ? 'paused' : 'running'}</State> },
                  { head: 'Rate', isNumber: true, cell: (task) => task.rate ?? nothing },
                  { head: 'At once', isNumber: true, cell: (task) => task.concurrency ?? nothing },
                  { head: 'Circuit', cell: (task) => <Name>{task.circuit}</Name> },
                  { head: 'Changed while it runs', cell: (task) => <Changed task={task} /> },
                  { head: 'Actions', cell: (task) => <Actions task={task} onDone={limits.reload} /> },
                ]}
              />
            )
          }
        </Loaded>
      </Section>
      <Circuits />
    </Page>
  );
}

const Changed = ({ task }: { task: TaskType }) => (
  <>
    {task.settings
      .filter((setting) => setting.isChanged)
      .map((setting) => (
        <span class="pair" key={setting.name}>
          {setting.name} <Name>{setting.value}</Name>
          {setting.default != null && (
            <span class="muted">
              {' '}
              was <Name>{setting.default}</Name>
            </span>
          )}
        </span>
      ))}
  </>
);

const Actions = ({ task, onDone }: { task: TaskType; onDone: () => void }) => (
  <>
    <Action label="Edit" of={task.task} asks={() => editQuestion(task, onDone)} />
    {task.isPaused ? (
      <DoAction
        label="Resume"
        of={task.task}
        run={() =>
          resumeTask(task.task, noteOf({}))
            .then(onDone)
            .then(() => `${task.task} is resumed.`)
        }
      />
    ) : (
      <Action label="Pause" of={task.task} asks={() => pauseQuestion(task, onDone)} />
    )}
  </>
);

const editQuestion = (task: TaskType, onDone: () => void): Question => ({
  title: `Settings of ${task.task}`,
  text: 'They count for all instances within 10 seconds, over what code and configuration say. An empty one is as it was there.',
  confirm: 'Set',
  fields: [
    ...task.settings.map((setting) => ({
      name: `set.${setting.name}`,
      label: setting.name,
      value: setting.isChanged ? (setting.value ?? '') : '',
      hint: `Without a change: ${setting.default ?? 'none'}`,
    })),
    ...noteFields(),
  ],
  run: async (values) => {
    const settings = Object.fromEntries(
      Object.entries(values).flatMap(([name, value]) => (name.startsWith('set.') && value !== '' ? [[name.slice(4), value]] : [])),
    );
    await putSettings(task.task, settings, noteOf(values));
    onDone();
    return `The settings of ${task.task} are changed.`;
  },
});

const pauseQuestion = (task: TaskType, onDone: () => void): Question => ({
  title: `Pause ${task.task}`,
  text: 'No task of this name starts until it is resumed. They wait aside at no attempt.',
  touches: async () => `All tasks named ${task.task}, those that are sent meanwhile too.`,
  confirm: 'Pause',
  fields: noteFields(),
  run: async (values) => {
    await pauseTask(task.task, noteOf(values));
    onDone();
    return `${task.task} is paused. All instances go by it within 10 seconds.`;
  },
});
