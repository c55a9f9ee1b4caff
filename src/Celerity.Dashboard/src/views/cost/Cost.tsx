/** What the app's storage requests cost at list prices. */
import { type Cost as Costs, getCost } from '../../api/settings';
import { count, decimal, money } from '../../text/format';
import { Empty, Loaded, Page, Section } from '../../ui/Page';
import { useResource } from '../../ui/resource';
import { Table } from '../../ui/Table';
import { Name } from '../../ui/Text';

export function Cost() {
  const cost = useResource(getCost, [], 60);
  return (
    <Page title="Cost">
      <Loaded from={cost}>
        {(found) => (
          <>
            <ul class="tiles" aria-label="Cost">
              <Tile label="A month, all" value={money(found.perMonth.total, found.currency)} />
              <Tile label="A month, storage" value={money(found.perMonth.storage, found.currency)} />
              <Tile label="Requests for 1,000 tasks" value={decimal(found.requestsPerThousandTasks)} />
              <Tile label="Requests a day when idle" value={decimal(found.idleRequestsPerDay)} />
            </ul>
            <p class="muted">
              From {count(found.requests)} storage requests in {decimal(found.days)} days, at list prices of <Name>{found.pricesOf}</Name>.
            </p>
            <Section title="By operation">
              {found.byOperation.length === 0 ? (
                <Empty title="No request was counted yet.">The app counts its storage requests by kind, and keeps a sum for each minute.</Empty>
              ) : (
                <Table<Costs['byOperation'][number]>
                  label="Requests by operation"
                  rows={found.byOperation}
                  idOf={(row) => `${row.service} ${row.operation}`}
                  columns={[
                    { head: 'Service', cell: (row) => <Name>{row.service}</Name> },
                    { head: 'Operation', cell: (row) => <Name>{row.operation}</Name> },
                    { head: 'Requests', isNumber: true, cell: (row) => count(row.requests) },
                    { head: 'A month', isNumber: true, cell: (row) => money(row.perMonth, found.currency) },
                  ]}
                />
              )}
            </Section>
            {found.notes.length > 0 && (
              <Section title="How it is reckoned">
                <ul class="notes">
                  {found.notes.map((note) => (
                    <li key={note}>
                      <Name>{note}</Name>
                    </li>
                  ))}
                </ul>
              </Section>
            )}
          </>
        )}
      </Loaded>
    </Page>
  );
}

const Tile = ({ label, value }: { label: string; value: string }) => (
  <li>
    <div>
      <span class="label">{label}</span>
      <span class="value">{value}</span>
    </div>
  </li>
);
