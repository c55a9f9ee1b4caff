using System.Diagnostics;

namespace Celerity.KillSwitch;

/// <summary>
/// Sees every HTTP call that leaves the process, whatever SDK makes it: writes its signature down, and kills the process around one of them.
/// A call that is added to the product is seen without anyone remembering it.
/// </summary>
internal sealed class CallObserver(string log, KillPoint? killAt) : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _occurrences = new(StringComparer.Ordinal);
    private HttpRequestMessage? _target;

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == "HttpHandlerDiagnosticListener")
        {
            value.Subscribe(this);
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Key is not ("System.Net.Http.HttpRequestOut.Start" or "System.Net.Http.HttpRequestOut.Stop")
            || value.Value?.GetType().GetProperty("Request")?.GetValue(value.Value) is not HttpRequestMessage request)
        {
            return;
        }

        if (value.Key.EndsWith("Start", StringComparison.Ordinal))
        {
            OnStart(request);
        }
        else if (ReferenceEquals(request, _target))
        {
            Process.GetCurrentProcess().Kill();
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    private void OnStart(HttpRequestMessage request)
    {
        var call = CallSignature.Of(request);
        lock (_gate)
        {
            var occurrence = _occurrences[call] = _occurrences.GetValueOrDefault(call) + 1;
            File.AppendAllText(log, $"{call}|{occurrence}\n");
            if (killAt is not null && killAt.Call == call && killAt.Occurrence == occurrence)
            {
                if (killAt.Before)
                {
                    Process.GetCurrentProcess().Kill();
                }

                _target = request;
            }
        }
    }
}
