/** A chart of figures over time, by uPlot. */
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { theme } from '../app/theme';
import { moment } from '../text/format';
import { lonely, summary } from '../text/series';
import type { Tone } from '../text/states';
import { now } from './clock';

export interface Line {
  label: string;
  values: readonly (number | null)[];
  tone: Tone;
  /** Lines differ by their dashes too. */
  dash?: number[];
  isArea?: boolean;
}

interface Props {
  title: string;
  times: readonly number[];
  lines: readonly Line[];
  format: (value: number | null | undefined) => string;
}

const height = 160;

export function Chart({ title, times, lines, format }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const data = [times, ...lines.map((line) => line.values)] as unknown as uPlot.AlignedData;
  const shape = lines.map((line) => line.label).join();
  useEffect(() => {
    const chart = new uPlot(optionsOf(box.current!, lines, format), data, box.current!);
    plot.current = chart;
    const watch = new ResizeObserver(([entry]) => chart.setSize({ width: entry!.contentRect.width, height }));
    watch.observe(box.current!);
    return () => {
      watch.disconnect();
      chart.destroy();
    };
  }, [shape, theme.value]);
  useEffect(() => plot.current?.setData(data), [times, lines]);
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <div ref={box} role="img" aria-label={`${title}: ${lines.map((line) => spoken(line, format)).join('; ')}`} />
    </figure>
  );
}

function spoken(line: Line, format: Props['format']): string {
  const { last, most } = summary(line.values);
  return last === null ? `${line.label} not measured` : `${line.label} ${format(last)}, at most ${format(most)}`;
}

function optionsOf(box: HTMLElement, lines: readonly Line[], format: Props['format']): uPlot.Options {
  const style = getComputedStyle(box);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const axis: uPlot.Axis = {
    stroke: colour('muted'),
    grid: { stroke: colour('line'), width: 1 },
    ticks: { show: false },
    font: '12px system-ui, sans-serif',
  };
  return {
    width: box.clientWidth,
    height,
    cursor: { y: false, points: { size: 6 } },
    legend: { live: true },
    scales: { y: { range: (_, __, most) => [0, most > 0 ? most * 1.1 : 1] } },
    padding: [8, 20, 0, 0],
    axes: [
      { ...axis, size: 28, space: 64, values: (_, ticks) => ticks.map(timeTick) },
      { ...axis, size: 56, values: (_, ticks) => ticks.map(format), space: 32 },
    ],
    series: [
      { label: 'At', value: (_, time: number | null) => (time === null ? '–' : moment(new Date(time * 1000), new Date(now.peek())).slice(0, -3)) },
      ...lines.map((line) => ({
        label: line.label,
        stroke: colour(line.tone),
        width: 1.5,
        dash: line.dash ?? [],
        ...(line.isArea ? { fill: `${colour(line.tone)}1f` } : {}),
        points: { show: true, size: 4, filter: (_: uPlot, index: number) => lonely(lines[index - 1]!.values) },
        value: (_: uPlot, value: number | null) => format(value),
      })),
    ],
  };
}

// A tick at midnight tells the day, all others the time of day.
function timeTick(time: number): string {
  const date = new Date(time * 1000);
  return date.getHours() === 0 && date.getMinutes() === 0
    ? date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })
    : `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
}
