/** Commands that fill what is empty: for the app of the worked example, at the address of this page. */
import { urlOf } from '../api/http';

const post = (path: string, body: string): string => `curl -X POST ${urlOf(path)} -d '${body}'`;

export const sendExample = post('tasks/airports.geocode', '{"code":"SFO"}');
export const failExample = post('tasks/airports.geocode', '{"code":"XXX"}');
export const runExample = post('pipelines/flight-delays', '{"source":{"container":"datasets","blob":"flights.csv"}}');
export const scheduleExample = `curl -X PUT ${urlOf('schedules/nightly')} -d '{"cron":"0 3 * * *","task":"airports.geocode","payload":{"code":"SFO"}}'`;
