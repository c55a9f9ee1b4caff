/** Figures of this moment, from the stream. */
import type { ComponentChildren } from 'preact';
import { listGroups } from '../../api/deadLetters';
import { live } from '../../api/live';
import { writePlace } from '../../text/address';
import { count, decimal, nothing } from '../../text/format';
import { useResource } from '../../ui/resource';

export function Now() {
  const letters = useResource((stop) => listGroups({ limit: 1 }, stop), [], 30);
  const now = live.value;
  const lengths = now?.queues.map((queue) => queue.length).filter((length) => length != null) ?? [];
  return (
    <ul class="tiles" aria-label="Now">
      <Tile label="Running now" value={now === null ? nothing : count(now.running)} />
      <Tile label="Tasks a second" value={now === null ? nothing : decimal(now.ratePerSecond)} />
      <Tile
        label="Waiting in queues"
        value={now === null || lengths.length === 0 ? nothing : count(lengths.reduce((sum, length) => sum + length, 0))}
        to={['queues']}
      />
      <Tile label="Workers" value={now === null ? nothing : count(now.workers)} to={['workers']} />
      <Tile label="Open dead letters" value={count(letters.data?.open)} to={['dead-letters']} isBad={(letters.data?.open ?? 0) > 0} />
    </ul>
  );
}

const Tile = ({ label, value, to, isBad }: { label: string; value: string; to?: string[]; isBad?: boolean }) => {
  const content: ComponentChildren = (
    <>
      <span class="label">{label}</span>
      <span class={`value ${isBad ? 'bad' : ''}`}>{value}</span>
    </>
  );
  return <li>{to === undefined ? <div>{content}</div> : <a href={writePlace(to)}>{content}</a>}</li>;
};
