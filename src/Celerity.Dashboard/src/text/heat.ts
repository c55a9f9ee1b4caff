/** The heat map of a stage's chunks: at most so many cells, each of a range of chunks. Pure. */
import type { ChunkCell } from '../api/runs';
import { count, percent } from './format';

/** Joins neighbours until there are at most `most` cells. */
export function joinCells(cells: readonly ChunkCell[], most: number): ChunkCell[] {
  const size = Math.max(1, Math.ceil(cells.length / most));
  const joined: ChunkCell[] = [];
  for (let start = 0; start < cells.length; start += size) {
    const group = cells.slice(start, start + size);
    joined.push({
      from: group[0]!.from,
      to: group.at(-1)!.to,
      done: sum(group, 'done'),
      failed: sum(group, 'failed'),
      rejected: sum(group, 'rejected'),
    });
  }

  return joined;
}

/** How far a cell is: 0 (nothing) to 4 (all); dead chunks and rejected records outdo that. */
export function heatOf(cell: ChunkCell): { level: 0 | 1 | 2 | 3 | 4; mark: 'failed' | 'rejected' | '' } {
  const share = cell.done / (cell.to - cell.from + 1);
  return {
    level: share === 0 ? 0 : share < 0.34 ? 1 : share < 0.67 ? 2 : share < 1 ? 3 : 4,
    mark: cell.failed > 0 ? 'failed' : cell.rejected > 0 ? 'rejected' : '',
  };
}

/** A cell in words. */
export function wordsOf(cell: ChunkCell): string {
  const chunks = cell.from === cell.to ? `Chunk ${cell.from}` : `Chunks ${count(cell.from)} to ${count(cell.to)}`;
  const done = cell.from === cell.to ? (cell.done > 0 ? 'ended' : 'not ended') : `${percent(cell.done / (cell.to - cell.from + 1))} ended`;
  return [
    chunks,
    done,
    ...(cell.failed > 0 ? [`${count(cell.failed)} failed`] : []),
    ...(cell.rejected > 0 ? [`${count(cell.rejected)} records rejected`] : []),
  ].join(', ');
}

const sum = (cells: readonly ChunkCell[], name: 'done' | 'failed' | 'rejected'): number => cells.reduce((total, cell) => total + cell[name], 0);
