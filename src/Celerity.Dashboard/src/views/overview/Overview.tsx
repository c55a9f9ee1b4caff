/** How the app does: figures of now, alerts, and the last hours. */
import { useState } from 'preact/hooks';
import { getHistory } from '../../api/history';
import { rates, useLive } from '../../api/live';
import { count, decimal, duration } from '../../text/format';
import { Empty, Loaded, Page, Section } from '../../ui/Page';
import { useResource } from '../../ui/resource';
import { Sparkline } from '../../ui/Sparkline';
import { Table } from '../../ui/Table';
import { Name } from '../../ui/Text';
import { sendExample } from '../examples';
import { AlertsNow } from './AlertsNow';
import { Charts } from './Charts';
import { JustNow } from './JustNow';
import { Now } from './Now';
import { RunsNow } from './RunsNow';

const spans = [
  { label: '1 hour', hours: 1, every: 15 },
  { label: '6 hours', hours: 6, every: 30 },
  { label: '1 day', hours: 24, every: 60 },
  { label: '7 days', hours: 168, every: 300 },
  { label: '30 days', hours: 720, every: 300 },
] as const;

export function Overview() {
  useLive();
  const [span, setSpan] = useState<(typeof spans)[number]>(spans[0]);
  const history = useResource((stop) => getHistory(new Date(Date.now() - span.hours * 3_600_000), new Date(), undefined, stop), [span], span.every);
  return (
    <Page
      title="Overview"
      actions={
        <fieldset class="choices">
          <legend class="unseen">Time shown</legend>
          {spans.map((choice) => (
            <button key={choice.label} type="button" aria-pressed={choice === span} onClick={() => setSpan(choice)}>
              {choice.label}
            </button>
          ))}
        </fieldset>
      }
    >
      <Now />
      <AlertsNow />
      <Loaded from={history}>
        {(found) => (
          <>
            <Charts history={found} />
            <div class="columns">
              <RunsNow />
              <Section title="Tasks" aside={<Sparkline values={rates.value} label="Tasks a second in the last two minutes" />}>
                {found.tasks.length === 0 ? (
                  <Empty title="No task ran in this time." code={sendExample}>
                    A task is one unit of background work. Send one:
                  </Empty>
                ) : (
                  <Table
                    label="Tasks by name"
                    rows={found.tasks}
                    idOf={(task) => task.task}
                    columns={[
                      { head: 'Task', cell: (task) => <Name>{task.task}</Name> },
                      { head: 'Succeeded', isNumber: true, cell: (task) => count(task.succeeded) },
                      { head: 'Failed', isNumber: true, cell: (task) => (task.failed > 0 ? <strong class="bad">{count(task.failed)}</strong> : '0') },
                      { head: 'Retried', isNumber: true, cell: (task) => decimal(task.retried) },
                      { head: 'p95', isNumber: true, cell: (task) => duration(task.durationP95) },
                    ]}
                  />
                )}
              </Section>
            </div>
          </>
        )}
      </Loaded>
      <JustNow />
    </Page>
  );
}
