/** Asks for the key that the app wants. */
import { useState } from 'preact/hooks';
import { signIn } from '../api/access';
import { Failure } from '../ui/Page';

export function SignIn() {
  const [error, setError] = useState<Error>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    const key = new FormData(event.currentTarget as HTMLFormElement).get('key');
    await signIn(String(key).trim()).catch(setError);
    setBusy(false);
  };
  return (
    <main class="sign-in">
      <form onSubmit={submit}>
        <h1>Celerity</h1>
        <p>This app wants a key. A reader's key shows everything; an operator's may change things too. Whoever runs the app has them.</p>
        <label class="field">
          <span>Key</span>
          <input name="key" type="password" required autocomplete="off" aria-describedby="key-hint" />
          <small id="key-hint">Kept in this tab until it is closed, and sent to this app alone.</small>
        </label>
        {error && <Failure error={error} />}
        <button type="submit" class="primary" disabled={isBusy}>
          Sign in
        </button>
      </form>
    </main>
  );
}
