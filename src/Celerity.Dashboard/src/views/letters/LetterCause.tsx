/** Why something died: its failed attempts, and what it was given. */
import type { Letter } from '../../api/deadLetters';
import { duration, timeSpan } from '../../text/format';
import { Json, Long, Name, Time } from '../../ui/Text';

export const LetterCause = ({ letter }: { letter: Letter }) => (
  <>
    <p>
      <Name>{letter.category}</Name>: <Name>{letter.reason}</Name>
    </p>
    {letter.failures.map((failure) => (
      <details key={failure.attempt}>
        <summary>
          Attempt {failure.attempt}: <Name>{failure.type}</Name>{' '}
          <span class="muted">
            <Time at={failure.at} />
            {failure.duration && `, after ${duration(timeSpan(failure.duration))}`}
            {failure.host && (
              <>
                {' '}
                on <Name>{failure.host}</Name>
              </>
            )}
          </span>
        </summary>
        <Long text={[failure.message, failure.stack].filter(Boolean).join('\n')} />
      </details>
    ))}
    {letter.payload !== undefined && <Json value={letter.payload} />}
  </>
);
