using System.Collections.Concurrent;
using Celerity.TestKit.Hosting;
using Celerity.TestKit.SampleApp;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.TestKit.Tests;

internal sealed class FakeMailer : IMailer
{
    private readonly ConcurrentQueue<string> _sent = new();

    public IReadOnlyList<string> Sent => [.. _sent];

    public Task SendAsync(string to, string text)
    {
        _sent.Enqueue($"{to}: {text}");
        return Task.CompletedTask;
    }

    /// <summary>Starts the sample app with this mailer.</summary>
    public Task<FunctionTestHost> StartAsync(Action<FunctionTestHostOptions>? configure = null) => FunctionTestHost.StartAsync<Order>(options =>
    {
        options.ConfigureServices(services => services.AddSingleton<IMailer>(this));
        configure?.Invoke(options);
    });
}
