/** What a task logged, line by line. */
import type { LogLine } from '../api/tasks';
import { plural } from '../text/format';
import { Section } from './Page';
import { State } from './State';
import { Table } from './Table';
import { Long, Name, Time } from './Text';

interface Props {
  lines: readonly LogLine[];
  dropped: number;
  /** Why nothing is kept. */
  leftOut?: string | undefined;
}

/** A section of its own; nothing where nothing was logged. */
export const Log = ({ lines, dropped, leftOut }: Props) =>
  lines.length + dropped === 0 && leftOut === undefined ? null : (
    <Section title="Log" aside={dropped > 0 && `${plural(dropped, 'older line')} not kept`}>
      {lines.length === 0 && leftOut !== undefined && (
        <p class="muted">
          <Name>{leftOut}</Name>
        </p>
      )}
      {lines.length > 0 && (
        <Table
          label="Lines"
          rows={lines.map((line, index) => ({ ...line, index }))}
          idOf={(line) => `${line.index}`}
          columns={[
            { head: 'Time', cell: (line) => <Time at={line.at} /> },
            { head: 'Attempt', isNumber: true, cell: (line) => line.attempt },
            { head: 'Level', cell: (line) => <State>{line.level.toLowerCase()}</State> },
            {
              head: 'Text',
              cell: (line) => (
                <>
                  <Name>{line.text}</Name>
                  {line.exception && (
                    <details>
                      <summary>Exception</summary>
                      <Long text={line.exception} />
                    </details>
                  )}
                </>
              ),
            },
          ]}
        />
      )}
    </Section>
  );
