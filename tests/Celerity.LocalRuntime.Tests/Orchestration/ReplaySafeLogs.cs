using Celerity.LocalRuntime.Orchestration.Store;
using Celerity.LocalRuntime.Tests.Queues;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Orchestration;

/// <summary>What an orchestrator logs.</summary>
public sealed class ReplaySafeLogs
{
    [Fact]
    public async Task Log_WhileReplaying_IsDropped()
    {
        var lines = new ListLogger();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(new OneLogger(lines)));
        var code = new DelegateCode().Activity<string>("Echo", input => input).Orchestrator("Logs", async context =>
        {
            var safe = context.CreateReplaySafeLogger("mine");
            var typed = context.CreateReplaySafeLogger<ReplaySafeLogs>();
#pragma warning disable CA1848 // A test of what comes of it, not of its speed.
            safe.LogInformation("begin");
            await context.CallActivityAsync<string>("Echo", "a");
            typed.LogInformation("middle");
            await context.CallActivityAsync<string>("Echo", "b");
            context.ReplaySafeLoggerFactory.CreateLogger("other").LogInformation("end");
#pragma warning restore CA1848
            Assert.ThrowsAny<Exception>(() => context.ReplaySafeLoggerFactory.AddProvider(new OneLogger(lines)));
            return safe.IsEnabled(LogLevel.Information);
        });
        await using var world = new EngineWorld(SqliteOrchestrationStore.InMemory(), code, loggers: loggers);

        var ended = await world.StartAndRunAsync("Logs");

        Assert.True(ended.ReadOutputAs<bool>());
        string[] mine = ["Information begin", "Information middle", "Information end"];
        Assert.Equal(mine, lines.Lines.Where(mine.Contains));
    }

    private sealed class OneLogger(ListLogger lines) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => lines;

        public void Dispose()
        {
        }
    }
}
