/** One schedule: its next firings and its latest ones. */
import { type Firing, getSchedule } from '../../api/schedules';
import { writePlace } from '../../text/address';
import { count, duration, nothing, words } from '../../text/format';
import { Empty, Loaded, Page, Section } from '../../ui/Page';
import { useResource } from '../../ui/resource';
import { Table } from '../../ui/Table';
import { Fact, Facts, Id, Json, Name, Time } from '../../ui/Text';
import { ScheduleActions } from './ScheduleActions';
import { ScheduleState } from './Schedules';

export function SchedulePage({ id }: { id: string }) {
  const schedule = useResource((stop) => getSchedule(id, stop), [id], 10);
  return (
    <Page
      title={
        <>
          Schedule <Name>{id}</Name>
        </>
      }
      name={`Schedule ${id}`}
      actions={schedule.data && <ScheduleActions schedule={schedule.data} onDone={schedule.reload} />}
    >
      <Loaded from={schedule}>
        {(found) => (
          <>
            <Section title="When">
              <Facts>
                <Fact name="State">
                  <ScheduleState schedule={found} />
                </Fact>
                <Fact name="In words">{found.words}</Fact>
                <Fact name="Cron">{found.cron && <code>{found.cron}</code>}</Fact>
                <Fact name="Time zone">{found.timeZone}</Fact>
                <Fact name="Defined in">{words(found.definedIn)}</Fact>
                <Fact name="Sends">
                  {found.task ? (
                    <a href={writePlace(['tasks'], { task: found.task })}>
                      <Name>{found.task}</Name>
                    </a>
                  ) : (
                    <a href={writePlace(['runs'], { pipeline: found.pipeline })}>
                      <Name>{found.pipeline}</Name>
                    </a>
                  )}
                </Fact>
                <Fact name="Where the last still runs">{words(found.overlap)}</Fact>
                <Fact name="What was missed">{words(found.missed)}</Fact>
              </Facts>
            </Section>
            <Section title="Next">
              {found.next.length === 0 ? (
                <Empty title="It does not fire.">{found.enabled ? 'It is paused, or its time is over.' : 'It is off where it is defined.'}</Empty>
              ) : (
                <ol class="times">
                  {found.next.map((at) => (
                    <li key={at}>
                      <Time at={at} hasAgo />
                    </li>
                  ))}
                </ol>
              )}
            </Section>
            <Section title="Latest">
              {(found.firings ?? []).length === 0 ? (
                <Empty title="It has not fired yet." />
              ) : (
                <Table<Firing>
                  label="Latest firings"
                  rows={found.firings!}
                  idOf={(firing) => `${firing.dueAt} ${firing.id ?? ''}`}
                  columns={[
                    { head: 'Due', cell: (firing) => <Time at={firing.dueAt} /> },
                    {
                      head: 'What',
                      cell: (firing) => (
                        <>
                          {words(firing.kind)}
                          {firing.manual && ' by hand'}
                          {firing.error && (
                            <small>
                              <Name>{firing.error}</Name>
                            </small>
                          )}
                        </>
                      ),
                    },
                    { head: 'Sent', cell: (firing) => (firing.id ? <Id to={[firing.task ? 'tasks' : 'runs', firing.id]}>{firing.id}</Id> : nothing) },
                    { head: 'Late by', isNumber: true, cell: (firing) => duration(firing.driftSeconds) },
                    { head: 'Stands for', isNumber: true, cell: (firing) => count(firing.count ?? 1) },
                  ]}
                />
              )}
            </Section>
            {found.payload !== undefined && (
              <Section title="Payload">
                <Json value={found.payload} />
              </Section>
            )}
          </>
        )}
      </Loaded>
    </Page>
  );
}
