/** What can be done to a schedule. */
import { pauseSchedule, resumeSchedule, runSchedule, type Schedule } from '../../api/schedules';
import { go } from '../../app/place';
import { Action, DoAction } from '../../ui/Action';
import { noteFields, noteOf, type Question } from '../../ui/ask';

interface Props {
  schedule: Schedule;
  onDone: () => void;
}

export const ScheduleActions = ({ schedule, onDone }: Props) => (
  <>
    {schedule.paused ? (
      <DoAction
        label="Resume"
        of={schedule.name}
        run={() =>
          resumeSchedule(schedule.name, noteOf({}))
            .then(onDone)
            .then(() => `${schedule.name} fires again.`)
        }
      />
    ) : (
      <Action label="Pause" of={schedule.name} asks={() => pauseQuestion(schedule, onDone)} />
    )}
    <Action label="Run now" of={schedule.name} asks={() => runQuestion(schedule)} />
  </>
);

const pauseQuestion = (schedule: Schedule, onDone: () => void): Question => ({
  title: `Pause ${schedule.name}`,
  text: 'It does not fire until it is resumed; what it has fired runs on. Firings in between are left out.',
  touches: async () => '1 schedule.',
  confirm: 'Pause',
  fields: noteFields(),
  run: async (values) => {
    await pauseSchedule(schedule.name, noteOf(values));
    onDone();
    return `${schedule.name} is paused.`;
  },
});

const runQuestion = (schedule: Schedule): Question => ({
  title: `Run ${schedule.name} now`,
  text: schedule.task ? `The task ${schedule.task} is sent, beside its times.` : `The pipeline ${schedule.pipeline} is started, beside its times.`,
  touches: async () => (schedule.task ? '1 task.' : '1 run.'),
  confirm: 'Run now',
  fields: noteFields(),
  run: async (values) => {
    const { id } = await runSchedule(schedule.name, noteOf(values));
    go([schedule.task ? 'tasks' : 'runs', id]);
    return `${schedule.name} has fired.`;
  },
});
