/** The settings in force, and what is wrong with them. */
import { useState } from 'preact/hooks';
import { access } from '../../api/access';
import { type AppSetting, type Finding, getSettings } from '../../api/settings';
import { Empty, Loaded, Page, Section } from '../../ui/Page';
import { useResource } from '../../ui/resource';
import { State } from '../../ui/State';
import { Table } from '../../ui/Table';
import { Name } from '../../ui/Text';

export function Settings() {
  const settings = useResource(getSettings, []);
  const [text, setText] = useState('');
  return (
    <Page title="Settings">
      <p class="muted">
        <Name>{access.value?.app}</Name> version <Name>{access.value?.version}</Name>
      </p>
      <Loaded from={settings}>
        {(found) => {
          const shown = found.settings.filter((setting) => setting.key.toLowerCase().includes(text.toLowerCase()));
          return (
            <>
              <Section title="Findings">
                {found.findings.length === 0 ? (
                  <Empty title="Nothing to mend.">What is set up in a way that costs, loses or waits would be told here, with what to do.</Empty>
                ) : (
                  <ul class="findings">
                    {found.findings.map((finding: Finding) => (
                      <li key={finding.text}>
                        <State>{finding.severity}</State>
                        <p>
                          <Name>{finding.text}</Name>
                        </p>
                        {finding.fix && (
                          <p class="muted">
                            <Name>{finding.fix}</Name>
                          </p>
                        )}
                      </li>
                    ))}
                  </ul>
                )}
              </Section>
              <Section
                title="In force"
                aside={
                  <input
                    type="search"
                    placeholder="Filter by key"
                    aria-label="Filter settings by key"
                    value={text}
                    onInput={(event) => setText(event.currentTarget.value)}
                  />
                }
              >
                <Table<AppSetting>
                  label="Settings in force"
                  rows={shown}
                  idOf={(setting) => setting.key}
                  columns={[
                    {
                      head: 'Setting',
                      cell: (setting) => (
                        <>
                          <code>
                            <Name>{setting.key}</Name>
                          </code>
                          {setting.text && (
                            <small>
                              <Name>{setting.text}</Name>
                            </small>
                          )}
                        </>
                      ),
                    },
                    {
                      head: 'Value',
                      cell: (setting) =>
                        setting.isSet ? (
                          <strong>
                            <Name>{setting.value}</Name>
                          </strong>
                        ) : (
                          <Name>{setting.value}</Name>
                        ),
                    },
                    { head: 'Default', cell: (setting) => <Name>{setting.default}</Name> },
                    { head: 'Set', cell: (setting) => (setting.isSet ? 'yes' : '') },
                  ]}
                />
              </Section>
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}
