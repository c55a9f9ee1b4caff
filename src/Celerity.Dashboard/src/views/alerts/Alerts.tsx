/** Alerts, the rules behind them, and silences. */
import { type Alert, type AlertRule, endSilence, listAlerts, type Silence, silence } from '../../api/alerts';
import { decimal, duration, nothing, plural, words } from '../../text/format';
import { Action, DoAction } from '../../ui/Action';
import { noteFields, noteOf, type Question } from '../../ui/ask';
import { Empty, Loaded, Page, Section } from '../../ui/Page';
import { useResource } from '../../ui/resource';
import { State } from '../../ui/State';
import { Table } from '../../ui/Table';
import { Ago, Name, Time } from '../../ui/Text';

export function Alerts() {
  const alerts = useResource(listAlerts, [], 15);
  return (
    <Page title="Alerts" actions={<Action label="Silence" asks={() => silenceQuestion({}, alerts.data?.alerts ?? [], alerts.reload)} />}>
      <Loaded from={alerts}>
        {(found) => (
          <>
            <Section
              title="Now"
              aside={
                found.at && (
                  <>
                    looked at <Ago at={found.at} />
                  </>
                )
              }
            >
              {found.alerts.length === 0 ? (
                <Empty title="Nothing is wrong.">
                  Each rule below is looked at once a minute. Where one is true for long enough, it fires and tells its receivers.
                </Empty>
              ) : (
                <Table<Alert>
                  label="Alerts"
                  rows={found.alerts}
                  idOf={(alert) => `${alert.rule} ${alert.subject}`}
                  columns={[
                    {
                      head: 'Alert',
                      cell: (alert) => (
                        <>
                          <Name>{alert.text}</Name>
                          <small>
                            <Name>{alert.rule}</Name> <Name>{alert.subject}</Name>
                          </small>
                        </>
                      ),
                    },
                    {
                      head: 'State',
                      cell: (alert) => (
                        <>
                          <State>{alert.state}</State>
                          {alert.isSilenced && <small>silenced</small>}
                        </>
                      ),
                    },
                    { head: 'Severity', cell: (alert) => <State>{alert.severity}</State> },
                    { head: 'Value', isNumber: true, cell: (alert) => valueText(alert.value, alert.unit) },
                    { head: 'Threshold', isNumber: true, cell: (alert) => valueText(alert.threshold, alert.unit) },
                    { head: 'Since', cell: (alert) => <Ago at={alert.since} /> },
                    {
                      head: 'Actions',
                      cell: (alert) =>
                        !alert.isSilenced && (
                          <Action
                            label="Silence"
                            of={`${alert.rule} ${alert.subject}`}
                            asks={() => silenceQuestion(alert, found.alerts, alerts.reload)}
                          />
                        ),
                    },
                  ]}
                />
              )}
            </Section>
            <Silences silences={found.silences} onDone={alerts.reload} />
            <Section title="Rules">
              {found.rules.length === 0 ? (
                <Empty title="There is no rule." />
              ) : (
                <Table<AlertRule>
                  label="Rules"
                  rows={found.rules}
                  idOf={(rule) => rule.name}
                  columns={[
                    {
                      head: 'Rule',
                      cell: (rule) => (
                        <>
                          <Name>{rule.name}</Name>
                          <small>
                            <Name>{rule.text}</Name>
                          </small>
                        </>
                      ),
                    },
                    { head: 'Kind', cell: (rule) => words(rule.kind) },
                    { head: 'Severity', cell: (rule) => <State>{rule.severity}</State> },
                    { head: 'Threshold', isNumber: true, cell: (rule) => decimal(rule.threshold) },
                    { head: 'For', isNumber: true, cell: (rule) => duration(rule.forMinutes * 60) },
                    { head: 'State', cell: (rule) => <State>{rule.isEnabled ? 'on' : 'off'}</State> },
                  ]}
                />
              )}
            </Section>
          </>
        )}
      </Loaded>
    </Page>
  );
}

const Silences = ({ silences, onDone }: { silences: readonly Silence[]; onDone: () => void }) =>
  silences.length === 0 ? null : (
    <Section title="Silences">
      <Table<Silence>
        label="Silences"
        rows={silences}
        idOf={(one) => one.id}
        columns={[
          { head: 'Which', cell: (one) => <Name>{[one.rule, one.subject].filter(Boolean).join(' ') || 'all alerts'}</Name> },
          { head: 'Until', cell: (one) => <Time at={one.until} hasAgo /> },
          {
            head: 'Who',
            cell: (one) => (
              <>
                <Name>{one.who}</Name>
                {one.why && (
                  <small>
                    <Name>{one.why}</Name>
                  </small>
                )}
              </>
            ),
          },
          {
            head: 'Actions',
            cell: (one) => (
              <DoAction
                label="End"
                of="this silence"
                run={() =>
                  endSilence(one.id)
                    .then(onDone)
                    .then(() => 'The silence is over.')
                }
              />
            ),
          },
        ]}
      />
    </Section>
  );

const valueText = (value: number | null | undefined, unit: string | null | undefined): string =>
  value == null ? nothing : unit === 's' || unit === 'seconds' ? duration(value) : `${decimal(value)}${unit ? ` ${unit}` : ''}`;

const silenceQuestion = (alert: Partial<Alert>, all: readonly Alert[], onDone: () => void): Question => ({
  title: 'Silence alerts',
  text: 'Alerts that fit are still shown here, but nobody is told. What is left empty fits all.',
  touches: async (values) =>
    `${plural(all.filter((one) => (!values['rule'] || one.rule === values['rule']) && (!values['subject'] || one.subject === values['subject'])).length, 'alert')} of now, and those that come.`,
  confirm: 'Silence',
  fields: [
    { name: 'rule', label: 'Rule', value: alert.rule ?? '' },
    { name: 'subject', label: 'Subject', value: alert.subject ?? '' },
    { name: 'minutes', label: 'Minutes', kind: 'number', value: '60', hint: '1 to 43,200' },
    ...noteFields(),
  ],
  run: async (values) => {
    await silence({
      ...(values['rule'] ? { rule: values['rule'] } : {}),
      ...(values['subject'] ? { subject: values['subject'] } : {}),
      minutes: Number(values['minutes']),
      ...noteOf(values),
    });
    onDone();
    return 'Silenced.';
  },
});
