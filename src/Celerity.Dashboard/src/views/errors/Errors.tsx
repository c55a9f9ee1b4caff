/** What error codes mean: the table of docs/errors.md, built into the page so that it is of the app's own version. */
import errors from '../../../../../docs/errors.md?raw';
import { writePlace } from '../../text/address';
import { type ErrorCode, readErrorCodes } from '../../text/errorCodes';
import { Empty, Page } from '../../ui/Page';
import { Table } from '../../ui/Table';

const codes = readErrorCodes(errors);

export const Errors = ({ code }: { code?: string }) => {
  const rows = code === undefined ? codes : codes.filter((row) => row.code === code);
  return (
    <Page title={code ?? 'Errors'} actions={code !== undefined && <a href={writePlace(['errors'])}>All codes</a>}>
      {rows.length === 0 ? (
        <Empty title="There is no such code." />
      ) : (
        <Table<ErrorCode>
          label="Error codes"
          rows={rows}
          idOf={(row) => row.code}
          columns={[
            { head: 'Code', cell: (row) => <a href={writePlace(['errors', row.code])}>{row.code}</a> },
            { head: 'What happened', cell: (row) => row.what },
            { head: 'What to do', cell: (row) => row.fix },
          ]}
        />
      )}
    </Page>
  );
};
