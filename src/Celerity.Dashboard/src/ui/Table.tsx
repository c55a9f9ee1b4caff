/** A table; on a narrow screen each row is a card. */
import type { ComponentChildren } from 'preact';

export interface Column<T> {
  head: string;
  cell: (row: T) => ComponentChildren;
  /** Figures stand right, digit below digit. */
  isNumber?: boolean;
}

interface Props<T> {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  idOf: (row: T) => string;
}

export const Table = <T,>({ label, columns, rows, idOf }: Props<T>) => (
  <div class="table" role="region" aria-label={label} tabIndex={0}>
    <table>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.head} scope="col" class={column.isNumber ? 'number' : ''}>
              {column.head === 'Actions' ? <span class="unseen">{column.head}</span> : column.head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={idOf(row)}>
            {columns.map((column) => (
              <td key={column.head} data-label={column.head} class={column.isNumber ? 'number' : column.head === 'Actions' ? 'act' : ''}>
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
