/** What a run asks people, and answering it. */
import { answerApproval, type Approval, listApprovals, type Run } from '../../api/runs';
import { Action } from '../../ui/Action';
import { noteFields, noteOf, type Question } from '../../ui/ask';
import { Loaded, Section } from '../../ui/Page';
import { useResource } from '../../ui/resource';
import { State } from '../../ui/State';
import { Table } from '../../ui/Table';
import { Name, Time } from '../../ui/Text';

const isOpen = (approval: Approval): boolean => !['approved', 'refused', 'expired'].includes(approval.state);

export function Approvals({ run }: { run: Run }) {
  const approvals = useResource((stop) => listApprovals(run.id, stop), [run.id, run.state], 5);
  return (
    <Loaded from={approvals}>
      {(found) =>
        found.approvals.length === 0 ? null : (
          <Section title="Approvals">
            <Table<Approval>
              label="Approvals"
              rows={found.approvals}
              idOf={(approval) => `${approval.generation} ${approval.name}`}
              columns={[
                { head: 'Asked', cell: (approval) => <Name>{approval.name}</Name> },
                { head: 'State', cell: (approval) => <State>{approval.state}</State> },
                {
                  head: 'Who',
                  cell: (approval) => (
                    <>
                      <Name>{approval.who}</Name>
                      {approval.why && (
                        <small>
                          <Name>{approval.why}</Name>
                        </small>
                      )}
                    </>
                  ),
                },
                { head: 'When', cell: (approval) => <Time at={approval.at} /> },
                { head: 'Until', cell: (approval) => <Time at={approval.deadlineAt} hasAgo /> },
                {
                  head: 'Actions',
                  cell: (approval) =>
                    isOpen(approval) && (
                      <>
                        <Action label="Approve" of={approval.name} kind="primary" asks={() => question(run, approval, true, approvals.reload)} />
                        <Action label="Refuse" of={approval.name} kind="danger" asks={() => question(run, approval, false, approvals.reload)} />
                      </>
                    ),
                },
              ]}
            />
          </Section>
        )
      }
    </Loaded>
  );
}

const question = (run: Run, approval: Approval, isApproved: boolean, onDone: () => void): Question => ({
  title: `${isApproved ? 'Approve' : 'Refuse'} ${approval.name}`,
  text: 'The first answer counts; it cannot be changed. The run goes on by it.',
  touches: async () => '1 run.',
  confirm: isApproved ? 'Approve' : 'Refuse',
  isDangerous: !isApproved,
  fields: noteFields(),
  run: async (values) => {
    await answerApproval(run.id, approval.name, isApproved, noteOf(values));
    onDone();
    return `${approval.name} is ${isApproved ? 'approved' : 'refused'}.`;
  },
});
