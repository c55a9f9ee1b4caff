/** Filters of a list, kept in the address so that a link shows the same. */
import { useEffect, useState } from 'preact/hooks';
import { go, place } from '../app/place';
import type { Field } from './ask';
import { FieldInput } from './ask';

/** Text is sent off when it is complete: on Enter, or when the field is left. A choice counts at once. */
export function Filters({ fields }: { fields: readonly Field[] }) {
  const query = place.value.query;
  const [values, setValues] = useState(query);
  useEffect(() => setValues(query), [JSON.stringify(query)]);
  const apply = (next: Record<string, string>) => go(place.value.path, next);
  return (
    <form
      class="filters"
      role="search"
      aria-label="Filters"
      onSubmit={(event) => {
        event.preventDefault();
        apply(values);
      }}
    >
      {fields.map((field) => (
        <FieldInput
          key={field.name}
          field={field}
          value={values[field.name] ?? ''}
          onInput={(value) => {
            const next = { ...values, [field.name]: value };
            setValues(next);
            if (field.kind === 'choice') {
              apply(next);
            }
          }}
        />
      ))}
      <div class="buttons">
        <button type="submit">Filter</button>
        {Object.keys(query).length > 0 && (
          <button type="button" class="quiet" onClick={() => apply({})}>
            Clear
          </button>
        )}
      </div>
    </form>
  );
}

/** The page after this one. */
export const More = ({ next, isBusy, onMore }: { next: string | undefined; isBusy: boolean; onMore: () => void }) =>
  next === undefined ? null : (
    <p class="more">
      <button type="button" disabled={isBusy} onClick={onMore}>
        {isBusy ? 'Loading …' : 'Show more'}
      </button>
    </p>
  );
