namespace Celerity.Slots;

/// <summary>A slot that a task holds while it runs. It is renewed meanwhile, and given back when this is disposed.</summary>
internal sealed class SlotLease : IAsyncDisposable
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private readonly SlotScope _scope;
    private readonly TimeProvider _time;
    private readonly long _since;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _renewing;
    private SlotRow _slot;

    public SlotLease(SlotScope scope, SlotRow slot, string key, TimeProvider time)
    {
        (_scope, _slot, Key, _time, _since) = (scope, slot, key, time, time.GetTimestamp());
        _renewing = RenewAsync();
    }

    /// <summary>Gets the key of the task that holds it.</summary>
    public string Key { get; }

    /// <summary>Gets what fires when the slot is lost while its task runs: another may run in its place.</summary>
    public CancellationToken Lost => _lost.Token;

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync().ConfigureAwait(false);
        await _renewing.ConfigureAwait(false);
        await _scope.LeaveAsync(_slot, Key, isLost: _lost.IsCancellationRequested, _time.GetElapsedTime(_since)).ConfigureAwait(false);
        _ended.Dispose();
        _lost.Dispose();
    }

    private async Task RenewAsync()
    {
        while (true)
        {
            var wait = (_slot.Until - _time.GetUtcNow()) / 2;
            await Task.Delay(wait > Shortest ? wait : Shortest, _time, _ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_ended.IsCancellationRequested)
            {
                return;
            }

            if (await _scope.TryRenewAsync(_slot).ConfigureAwait(false) is { } renewed)
            {
                _slot = renewed;
            }
            else if (_time.GetUtcNow() >= _slot.Until)
            {
                await _lost.CancelAsync().ConfigureAwait(false);
                return;
            }
        }
    }
}
