/** How much of something is done, as a bar with its figure. */
import { count, percent } from '../text/format';

interface Props {
  label: string;
  done: number;
  total: number;
  failed?: number;
}

export const Meter = ({ label, done, total, failed = 0 }: Props) => {
  const share = total > 0 ? Math.min(1, done / total) : 0;
  return (
    <div class="meter">
      <div class="bar" role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(share * 100)}>
        <div class="done" style={{ width: `${share * 100}%` }} />
        {failed > 0 && <div class="failed" style={{ width: `${Math.max(1, (failed / total) * 100)}%` }} />}
      </div>
      <span class="figure">{total > 0 ? percent(share) : count(done)}</span>
    </div>
  );
};
