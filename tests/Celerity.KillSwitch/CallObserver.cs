using System.Diagnostics;

namespace Celerity.KillSwitch;

/// <summary>
/// Sees every HTTP call that leaves the process, whatever SDK makes it: while armed it writes each down, and kills the process around one of
/// them. A call that is added to the product is seen without anyone remembering it.
/// </summary>
/// <remarks>
/// A receive counts where it brings something; the polls of an empty queue are no part of the work. Just before such a receive is where
/// something has been sent by this process and not yet been taken.
/// </remarks>
internal sealed class CallObserver(Switchboard board) : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    private const string Start = "System.Net.Http.HttpRequestOut.Start";
    private const string Stop = "System.Net.Http.HttpRequestOut.Stop";

    // No call, but what is before it is not the same as what is after it.
    private const string Attempted = "Celerity.FragileApp.Attempt";

    // These come at their own time, and decide nothing of the work.
    private static readonly string[] OwnTime = ["/CelerityWorkers", "/CelerityHistory"];

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _made = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _waiting = new(StringComparer.Ordinal);
    private HttpRequestMessage? _target;

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name is "HttpHandlerDiagnosticListener" or "Celerity.FragileApp")
        {
            value.Subscribe(this);
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Key == Attempted)
        {
            OnAttempt();
            return;
        }

        if (value.Key is not (Start or Stop) || Property<HttpRequestMessage>(value.Value, "Request") is not { } request)
        {
            return;
        }

        var call = StorageCall.Of(request);
        if (OwnTime.Any(table => call.Path.Contains(table, StringComparison.Ordinal)))
        {
            return;
        }

        if (value.Key == Stop && ReferenceEquals(request, _target))
        {
            Die();
        }

        // Read outside of the gate: other calls go on meanwhile.
        var taken = value.Key == Stop && call.IsReceive ? StorageCall.CountMessages(Property<HttpResponseMessage>(value.Value, "Response")) : 0;
        lock (_gate)
        {
            if (!IsArmed())
            {
                return;
            }

            if (value.Key == Start)
            {
                OnStart(call, request);
            }
            else if (taken > 0)
            {
                OnReceived(call, taken);
            }
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    private static void Die() => Process.GetCurrentProcess().Kill();

    // The payload's type is private to the framework; its property names are the contract.
    private static T? Property<T>(object? payload, string name)
        where T : class => payload?.GetType().GetProperty(name)?.GetValue(payload) as T;

    private bool IsArmed()
    {
        if (board.HasChanged())
        {
            _made.Clear();
            _waiting.Clear();
        }

        return board.IsArmed;
    }

    private void OnAttempt()
    {
        lock (_gate)
        {
            if (IsArmed())
            {
                board.Log(Attempted);
            }
        }
    }

    private void OnStart(StorageCall call, HttpRequestMessage request)
    {
        var next = _made.GetValueOrDefault(call.Signature) + 1;
        if (call.IsReceive)
        {
            if (_waiting.GetValueOrDefault(call.Path) > 0 && board.IsTarget(call, next, before: true))
            {
                Die();
            }

            return;
        }

        Note(call, next, hasBefore: true);
        if (call.IsSend)
        {
            _waiting[call.Path] = _waiting.GetValueOrDefault(call.Path) + 1;
        }

        if (board.IsTarget(call, next, before: true))
        {
            Die();
        }

        if (board.IsTarget(call, next, before: false))
        {
            _target = request;
        }
    }

    private void OnReceived(StorageCall call, int messages)
    {
        var next = _made.GetValueOrDefault(call.Signature) + 1;
        var waiting = _waiting.GetValueOrDefault(call.Path);
        Note(call, next, hasBefore: waiting > 0);
        _waiting[call.Path] = Math.Max(0, waiting - messages);
        if (board.IsTarget(call, next, before: false))
        {
            Die();
        }
    }

    private void Note(StorageCall call, int occurrence, bool hasBefore)
    {
        _made[call.Signature] = occurrence;
        board.Log(call, occurrence, hasBefore);
    }
}
