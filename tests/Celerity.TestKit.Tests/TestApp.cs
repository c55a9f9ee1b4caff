using Azure.Storage.Queues;
using Celerity.TestKit.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.TestKit.Tests;

/// <summary>Starts an app with the test functions, set up by the test. What they note outlives a crash.</summary>
internal sealed class TestApp
{
    private readonly Lock _gate = new();
    private readonly List<TestFunctions.Log> _logs = [];

    /// <summary>Gets what the functions noted, in all processes.</summary>
    public IReadOnlyList<string> Noted
    {
        get
        {
            lock (_gate)
            {
                return [.. _logs.SelectMany(log => log.Entries)];
            }
        }
    }

    /// <summary>Lets functions of all processes so far past the gate.</summary>
    public void OpenGates()
    {
        lock (_gate)
        {
            _logs.ForEach(log => log.Gate.SetResult());
        }
    }

    public Task<FunctionTestHost> StartAsync(Action<FunctionTestHostOptions>? configure = null) => FunctionTestHost.StartAsync(
        builder =>
        {
            builder.ConfigureFunctionsWebApplication();
            builder.Services.AddSingleton(new QueueServiceClient(
                "UseDevelopmentStorage=true", new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 }));
            builder.Services.AddSingleton(CreateLog);
        },
        options =>
        {
            options.FunctionTypes.Add(typeof(TestFunctions));
            configure?.Invoke(options);
        });

    private TestFunctions.Log CreateLog(IServiceProvider services)
    {
        var log = new TestFunctions.Log(services.GetRequiredService<QueueServiceClient>());
        lock (_gate)
        {
            _logs.Add(log);
        }

        return log;
    }
}
