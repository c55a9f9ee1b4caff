/** What was changed while the app ran, by whom and why. */
import { type AuditRecord, listAudit } from '../../api/audit';
import { More } from '../../ui/Filter';
import { Empty, Loaded, Page } from '../../ui/Page';
import { usePages } from '../../ui/resource';
import { Table } from '../../ui/Table';
import { Long, Name, Time } from '../../ui/Text';

export function Audit() {
  const audit = usePages((after, stop) => listAudit(after, stop).then((page) => ({ items: page.records, next: page.next })), []);
  return (
    <Page
      title="Audit"
      actions={
        <button type="button" onClick={audit.reload}>
          Refresh
        </button>
      }
    >
      <Loaded from={audit}>
        {(found) =>
          found.length === 0 ? (
            <Empty title="Nothing was changed yet.">
              Each pause, setting, replay, purge and order is kept here for 400 days, with who did it and why.
            </Empty>
          ) : (
            <>
              <Table<AuditRecord>
                label="Audit"
                rows={found}
                idOf={(record) => record.id}
                columns={[
                  { head: 'When', cell: (record) => <Time at={record.at} hasAgo /> },
                  { head: 'Who', cell: (record) => <Name>{record.who}</Name> },
                  { head: 'What', cell: (record) => <Name>{record.what}</Name> },
                  { head: 'Of', cell: (record) => <Name>{record.target}</Name> },
                  { head: 'Why', cell: (record) => <Name>{record.why}</Name> },
                  { head: 'Details', cell: (record) => record.details && <Long text={record.details} most={200} /> },
                ]}
              />
              <More next={audit.next} isBusy={audit.isBusy} onMore={audit.more} />
            </>
          )
        }
      </Loaded>
    </Page>
  );
}
