using System.Diagnostics;
using Celerity.LocalRuntime.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Celerity.TestKit.Hosting.Running;

/// <summary>Steps in while an app builds its host, whichever builder it uses: changes its services, and learns of the host.</summary>
/// <remarks>Builders tell of themselves on the thread that builds, so the flow of execution says whose host it is.</remarks>
internal sealed class HostBuildObserver(AppStart start, Action<IServiceCollection> configure, Action<IHost> built)
    : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private const string Source = "Microsoft.Extensions.Hosting";

    private readonly List<IDisposable> _subscriptions = [];

    private bool IsOurs => ReferenceEquals(AppStart.Current, start);

    public HostBuildObserver Subscribe()
    {
        _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
        return this;
    }

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == Source && IsOurs)
        {
            _subscriptions.Add(value.Subscribe(this));
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (!IsOurs)
        {
            return;
        }

        switch (value)
        {
            case { Key: "HostBuilding", Value: IHostBuilder builder }:
                builder.ConfigureServices(services => configure(services));
                break;
            case { Key: "HostBuilt", Value: IHost host }:
                built(host);
                break;
            default:
                break;
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose() => _subscriptions.ForEach(subscription => subscription.Dispose());
}
