/** The page: sidebar, view, and what lies over them. */
import { useEffect, useState } from 'preact/hooks';
import { access, learnAccess } from '../api/access';
import { needsKey } from '../api/http';
import { writePlace } from '../text/address';
import { Asking } from '../ui/ask';
import { Empty, Failure } from '../ui/Page';
import { Toasts } from '../ui/toasts';
import { Help } from './Help';
import { useKeys } from './keys';
import { place } from './place';
import { Sidebar } from './Sidebar';
import { SignIn } from './SignIn';
import { findView } from './views';

export function App() {
  const [error, setError] = useState<Error>();
  useEffect(() => {
    learnAccess().catch(setError);
  }, []);
  useKeys();
  if (needsKey.value) {
    return <SignIn />;
  }

  return (
    <>
      <a class="skip" href="#main" onClick={skip}>
        Skip to the content
      </a>
      <Sidebar />
      <main id="main" tabIndex={-1}>
        {error && access.value === null ? <Failure error={error} /> : access.value !== null && <Current />}
      </main>
      <Asking />
      <Help />
      <Toasts />
    </>
  );
}

// The part behind the # is the view's, so the link does not go there.
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('main')!.focus();
}

function Current() {
  const { path } = place.value;
  const view = findView(path);
  if (view === undefined) {
    return (
      <Empty title="There is no such view.">
        <a href={writePlace([])}>Go to the overview</a>
      </Empty>
    );
  }

  const id = path[1];
  return id !== undefined && view.one !== undefined ? <view.one key={path.join('/')} id={id} /> : <view.list key={view.path} />;
}
