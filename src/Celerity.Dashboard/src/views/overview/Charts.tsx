/** Throughput, failures, times and backlog over a time. */
import { useMemo } from 'preact/hooks';
import type { History } from '../../api/history';
import { brief, duration } from '../../text/format';
import { figures, timesOf } from '../../text/series';
import { Chart, type Line } from '../../ui/Chart';

const dashed = [4, 3];
const dotted = [2, 2];

export function Charts({ history }: { history: History }) {
  const times = useMemo(() => timesOf(history.from, history.to, history.step), [history]);
  const lines = useMemo(() => {
    const line = (label: string, name: string, missing: 0 | null, tone: Line['tone'], more: Partial<Line> = {}): Line => ({
      label,
      values: figures(times, history.points, name, missing),
      tone,
      ...more,
    });
    return {
      throughput: [line('Succeeded', 'succeeded', 0, 'run', { isArea: true }), line('Sent', 'sent', 0, 'wait', { dash: dashed })],
      failures: [line('Dead-lettered', 'failed', 0, 'bad', { isArea: true }), line('Retried', 'retried', 0, 'warn', { dash: dashed })],
      times: [
        line('p95', 'durationP95', null, 'run'),
        line('p50', 'durationP50', null, 'ok', { dash: dashed }),
        line('p95 wait', 'waitP95', null, 'wait', { dash: dotted }),
      ],
      backlog: [line('Messages', 'backlog', null, 'run', { isArea: true })],
    };
  }, [history, times]);
  const each = history.step === 'minute' ? 'a minute' : 'an hour';
  return (
    <div class="charts">
      <Chart title={`Tasks ${each}`} times={times} lines={lines.throughput} format={brief} />
      <Chart title={`Failures ${each}`} times={times} lines={lines.failures} format={brief} />
      <Chart title="Time a task takes, and waits" times={times} lines={lines.times} format={duration} />
      <Chart title="Backlog" times={times} lines={lines.backlog} format={brief} />
    </div>
  );
}
