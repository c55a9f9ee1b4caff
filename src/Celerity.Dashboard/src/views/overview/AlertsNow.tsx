/** Alerts that fire now. */
import { listAlerts } from '../../api/alerts';
import { writePlace } from '../../text/address';
import { Failure } from '../../ui/Page';
import { useResource } from '../../ui/resource';
import { State } from '../../ui/State';
import { Ago, Name } from '../../ui/Text';

export function AlertsNow() {
  const alerts = useResource(listAlerts, [], 30);
  const firing = alerts.data?.alerts.filter((alert) => alert.state === 'firing' && !alert.isSilenced) ?? [];
  if (alerts.error) {
    return <Failure error={alerts.error} />;
  }

  return firing.length === 0 ? null : (
    <ul class="firing" aria-label="Alerts that fire">
      {firing.map((alert) => (
        <li key={`${alert.rule} ${alert.subject}`}>
          <State>{alert.severity}</State> <Name>{alert.text}</Name>
          <span class="muted">
            {' '}
            <Ago at={alert.since} />
          </span>{' '}
          <a href={writePlace(['alerts'])}>All alerts</a>
        </li>
      ))}
    </ul>
  );
}
