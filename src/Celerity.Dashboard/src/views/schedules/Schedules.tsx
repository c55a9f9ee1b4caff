/** Schedules: when they fire next, in words, and what can be done. */
import { listSchedules, type Schedule } from '../../api/schedules';
import { writePlace } from '../../text/address';
import { Empty, Loaded, Page } from '../../ui/Page';
import { useResource } from '../../ui/resource';
import { State } from '../../ui/State';
import { Table } from '../../ui/Table';
import { Ago, Name, Time } from '../../ui/Text';
import { scheduleExample } from '../examples';
import { ScheduleActions } from './ScheduleActions';

export function Schedules() {
  const schedules = useResource(listSchedules, [], 15);
  return (
    <Page title="Schedules">
      <Loaded from={schedules}>
        {(found) => (
          <>
            {found.warnings.map((warning) => (
              <p class="notice" key={warning}>
                <State>warning</State> <Name>{warning}</Name>
              </p>
            ))}
            {found.schedules.length === 0 ? (
              <Empty title="No schedule." code={scheduleExample}>
                A schedule sends a task or starts a pipeline at times, in code, by configuration or here:
              </Empty>
            ) : (
              <Table<Schedule>
                label="Schedules"
                rows={found.schedules}
                idOf={(schedule) => schedule.name}
                columns={[
                  {
                    head: 'Schedule',
                    cell: (schedule) => (
                      <>
                        <a href={writePlace(['schedules', schedule.name])}>
                          <Name>{schedule.name}</Name>
                        </a>
                        <small>
                          {schedule.task ? (
                            <>
                              task <Name>{schedule.task}</Name>
                            </>
                          ) : (
                            <>
                              pipeline <Name>{schedule.pipeline}</Name>
                            </>
                          )}
                        </small>
                      </>
                    ),
                  },
                  {
                    head: 'When',
                    cell: (schedule) => (
                      <>
                        {schedule.words}
                        {schedule.timeZone && <small>{schedule.timeZone}</small>}
                      </>
                    ),
                  },
                  { head: 'State', cell: (schedule) => <ScheduleState schedule={schedule} /> },
                  { head: 'Next', cell: (schedule) => <Time at={schedule.next[0]} hasAgo /> },
                  { head: 'Last', cell: (schedule) => <Ago at={schedule.last?.sentAt} /> },
                  { head: 'Actions', cell: (schedule) => <ScheduleActions schedule={schedule} onDone={schedules.reload} /> },
                ]}
              />
            )}
          </>
        )}
      </Loaded>
    </Page>
  );
}

export const ScheduleState = ({ schedule }: { schedule: Schedule }) =>
  schedule.paused ? (
    <>
      <State>paused</State>
      <small>
        by <Name>{schedule.paused.who}</Name>, <Ago at={schedule.paused.at} />
        {schedule.paused.why && (
          <>
            : <Name>{schedule.paused.why}</Name>
          </>
        )}
      </small>
    </>
  ) : (
    <State>{schedule.enabled ? 'on' : 'off'}</State>
  );
