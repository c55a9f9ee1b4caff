/** A small line of figures beside a row. */
import { count } from '../text/format';
import { sparkline } from '../text/series';

const [width, height] = [96, 20];

export const Sparkline = ({ values, label }: { values: readonly number[]; label: string }) => (
  <svg
    class="sparkline"
    viewBox={`-1 -2 ${width + 2} ${height + 4}`}
    width={width}
    height={height + 4}
    role="img"
    aria-label={`${label}: ${values.map(count).join(', ')}`}
  >
    <polyline points={sparkline(values, width, height)} />
  </svg>
);
