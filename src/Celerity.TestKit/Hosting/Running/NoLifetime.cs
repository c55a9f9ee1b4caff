using Microsoft.Extensions.Hosting;

namespace Celerity.TestKit.Hosting.Running;

/// <summary>An app in a test ends when the test says so, not by a signal to the process that it shares.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
