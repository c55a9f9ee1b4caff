/** All views: where they are, what they are called, and the key that goes there after `g`. */
import type { ComponentType } from 'preact';
import { Alerts } from '../views/alerts/Alerts';
import { Audit } from '../views/audit/Audit';
import { Cost } from '../views/cost/Cost';
import { Errors } from '../views/errors/Errors';
import { Find } from '../views/find/Find';
import { Group } from '../views/letters/Group';
import { Groups } from '../views/letters/Groups';
import { LetterPage } from '../views/letters/LetterPage';
import { Limits } from '../views/limits/Limits';
import { Overview } from '../views/overview/Overview';
import { Queues } from '../views/queues/Queues';
import { RunPage } from '../views/runs/RunPage';
import { Runs } from '../views/runs/Runs';
import { SchedulePage } from '../views/schedules/SchedulePage';
import { Schedules } from '../views/schedules/Schedules';
import { Settings } from '../views/settings/Settings';
import { TaskPage } from '../views/tasks/TaskPage';
import { Tasks } from '../views/tasks/Tasks';
import { Workers } from '../views/workers/Workers';

/** A view; one that shows a thing is given its id. */
export interface View {
  path: string;
  label: string;
  letter: string;
  list: ComponentType;
  one?: ComponentType<{ id: string }>;
}

/** The sidebar: views by what one comes for. */
export const groups: { label: string; views: View[] }[] = [
  { label: 'Now', views: [view('', 'Overview', 'o', Overview), view('alerts', 'Alerts', 'a', Alerts)] },
  {
    label: 'Work',
    views: [
      view('queues', 'Queues', 'q', Queues),
      view('tasks', 'Tasks', 't', Tasks, TaskPage),
      view('runs', 'Runs', 'r', Runs, RunPage),
      view('dead-letters', 'Dead letters', 'd', Groups, Group),
      view('schedules', 'Schedules', 's', Schedules, SchedulePage),
    ],
  },
  { label: 'Machinery', views: [view('workers', 'Workers', 'w', Workers), view('limits', 'Limits and circuits', 'l', Limits)] },
  { label: 'App', views: [view('settings', 'Settings', 'e', Settings), view('cost', 'Cost', 'c', Cost), view('audit', 'Audit', 'u', Audit)] },
];

const hidden: View[] = [
  view('letters', 'Dead letter', '', Groups, LetterPage),
  view('errors', 'Errors', '', AllErrors, ErrorOf),
  view('find', 'Find', '', Find),
];

function AllErrors() {
  return <Errors />;
}

function ErrorOf({ id }: { id: string }) {
  return <Errors code={id} />;
}

function view(path: string, label: string, letter: string, list: ComponentType, one?: ComponentType<{ id: string }>): View {
  return { path, label, letter, list, ...(one === undefined ? {} : { one }) };
}

/** All that have a key. */
export const views = groups.flatMap((group) => group.views);

/** The view at a path; undefined where there is none. */
export function findView(path: readonly string[]): View | undefined {
  const [first = '', ...rest] = path;
  const found = [...views, ...hidden].find((view) => view.path === first);
  return rest.length === 0 || (rest.length === 1 && found?.one !== undefined) ? found : undefined;
}
