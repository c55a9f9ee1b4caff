/** The way around, and what the page knows of itself. */
import { access, mayOperate, signOut } from '../api/access';
import { hasKey } from '../api/http';
import { isLive } from '../api/live';
import { writePlace } from '../text/address';
import { Name } from '../ui/Text';
import { go, place } from './place';
import { theme, toggleTheme } from './theme';
import { groups } from './views';

export const searchId = 'search';

export const Sidebar = () => {
  const current = place.value.path[0] ?? '';
  return (
    <nav class="sidebar" aria-label="Views">
      <p class="brand">Celerity{isLive.value && <span class="live">live</span>}</p>
      <form
        role="search"
        aria-label="Find by id"
        onSubmit={(event) => {
          event.preventDefault();
          const id = new FormData(event.currentTarget).get('id');
          if (typeof id === 'string' && id.trim() !== '') {
            go(['find'], { id: id.trim() });
          }
        }}
      >
        <input
          id={searchId}
          name="id"
          type="search"
          placeholder="Find an id"
          aria-label="Find a task, run or dead letter by its id"
          autocomplete="off"
        />
        <kbd aria-hidden="true">/</kbd>
      </form>
      {groups.map((group) => (
        <div class="group" key={group.label}>
          <h2>{group.label}</h2>
          <ul>
            {group.views.map((view) => (
              <li key={view.path}>
                <a href={writePlace([view.path].filter(Boolean))} aria-current={view.path === current ? 'page' : undefined}>
                  {view.label}
                </a>
              </li>
            ))}
          </ul>
        </div>
      ))}
      <footer>
        {access.value !== null && (
          <p>
            <Name>{access.value.app}</Name>
            <span class="muted"> {mayOperate.value ? 'operator' : 'reader'}</span>
            {access.value.by && (
              <>
                <br />
                <Name>{access.value.by}</Name>
              </>
            )}
          </p>
        )}
        <button type="button" class="quiet" onClick={toggleTheme}>
          {theme.value === 'dark' ? 'Light' : 'Dark'}
        </button>
        {hasKey() && (
          <button type="button" class="quiet" onClick={signOut}>
            Sign out
          </button>
        )}
      </footer>
    </nav>
  );
};
