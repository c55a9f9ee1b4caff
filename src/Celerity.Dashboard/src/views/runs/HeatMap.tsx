/** The chunks of a stage as cells: which have ended, which failed, which rejected records. */
import { getChunks, type Stage } from '../../api/runs';
import { count } from '../../text/format';
import { heatOf, joinCells, wordsOf } from '../../text/heat';
import { Loaded, Section } from '../../ui/Page';
import { useResource } from '../../ui/resource';

const mostCells = 1000;
const size = 12;
const columns = 50;

export function HeatMap({ run, stage, isAtWork }: { run: string; stage: Stage; isAtWork: boolean }) {
  const { chunksDone, chunksTotal } = stage.progress;
  const chunks = useResource(
    (stop) => getChunks(run, stage.stage, stop),
    [run, stage.stage, stage.generation, isAtWork],
    isAtWork && chunksDone < chunksTotal ? 3 : undefined,
  );
  return (
    <Section title={`Chunks of stage ${stage.stage}`} aside={<Legend />}>
      <Loaded from={chunks}>
        {(found) => {
          const cells = joinCells(found.cells, mostCells);
          const height = Math.ceil(cells.length / columns) * size;
          return (
            <svg
              class="heat"
              viewBox={`0 0 ${columns * size} ${height}`}
              role="img"
              aria-label={`${count(chunksDone)} of ${count(chunksTotal)} chunks have ended, ${count(stage.progress.chunksFailed)} failed`}
            >
              {cells.map((cell, index) => {
                const { level, mark } = heatOf(cell);
                const [x, y] = [(index % columns) * size, Math.floor(index / columns) * size];
                return (
                  <g key={cell.from}>
                    <rect class={`cell level-${level} ${mark}`} x={x + 1} y={y + 1} width={size - 2} height={size - 2} rx="1.5">
                      <title>{wordsOf(cell)}</title>
                    </rect>
                    {mark === 'failed' && <path class="mark" d={`M${x + 4} ${y + 4}l4 4m0-4l-4 4`} />}
                  </g>
                );
              })}
            </svg>
          );
        }}
      </Loaded>
    </Section>
  );
}

const Legend = () => (
  <span class="legend" aria-hidden="true">
    {(['level-0', 'level-2', 'level-4', 'rejected level-4', 'failed level-4'] as const).map((name, index) => (
      <span key={name}>
        <svg width="12" height="12" viewBox="0 0 12 12">
          <rect class={`cell ${name}`} x="1" y="1" width="10" height="10" rx="1.5" />
          {index === 4 && <path class="mark" d="M4 4l4 4m0-4l-4 4" />}
        </svg>
        {['not ended', 'partly', 'ended', 'rejected records', 'failed'][index]}
      </span>
    ))}
  </span>
);
