using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Celerity.LocalRuntime.Durable;
using Celerity.LocalRuntime.Tests.Orchestration;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Durable;

/// <summary>Orchestrations of a whole function app, its clock moved by the test.</summary>
public sealed class DurableFunctionApp : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly MessageLog _log = new();
    private DurableApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await DurableApp.StartAsync(typeof(WorkerFunctions), builder =>
    {
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Services.AddSingleton<WorkerFunctions.Greeter>();
        builder.Services.AddSingleton<ILoggerProvider>(_log);
        builder.Use(next => async context =>
        {
            _log.Messages.Enqueue($"before {context.FunctionDefinition.Name}");
            await next(context);
        });
    });

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Orchestration_StartedOverHttp_RunsThroughSevenDays()
    {
        using var started = await _app.Http.PostAsync("/api/Start", null);

        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        var body = JsonNode.Parse(await started.Content.ReadAsStringAsync())!.AsObject();
        Assert.Equal("greet-1", (string?)body["Id"]);
        Assert.Equal(started.Headers.Location!.OriginalString, (string?)body["StatusQueryGetUri"]);
        Assert.EndsWith("/instances/greet-1/terminate?reason={{text}}&taskHub=TestHub&connection=Storage", (string?)body["TerminatePostUri"], StringComparison.Ordinal);

        var ended = await RunToEndAsync("greet-1");

        Assert.Equal("Hello Ada (Greet, nobody)", ended.ReadOutputAs<string>());
        Assert.Equal(new DateTimeOffset(2026, 1, 8, 0, 0, 0, TimeSpan.Zero), _time.GetUtcNow());
        Assert.Single(_log.Messages, message => message == "greeting Ada");
        Assert.Contains("before MakeGreeting", _log.Messages);
        Assert.True(_log.Messages.Count(message => message == "before Greet") > 1);
    }

    [Fact]
    public async Task Activity_WithUnreadableInput_FailsWithTheReasonInside()
    {
        var id = await _app.Orchestrations.Client.ScheduleNewOrchestrationInstanceAsync("BadInput");

        var ended = await RunToEndAsync(id);

        Assert.Equal("System.InvalidOperationException <- System.Text.Json.JsonException", ended.ReadOutputAs<string>());
    }

    [Fact]
    public async Task CreateHttpManagementPayload_WithoutRequest_NamesTheAppsAddress()
    {
        var url = await _app.Http.GetStringAsync("/api/Urls");

        Assert.Equal($"{_app.Http.BaseAddress}runtime/webhooks/durabletask/instances/x%20y?taskHub=TestHub&connection=Storage", url);
    }

    [Fact]
    public async Task ExportHistory_ReplayedOnTheSameCode_EndsAlikeAndOnChangedCodeThrows()
    {
        var id = await _app.Orchestrations.Client.ScheduleNewOrchestrationInstanceAsync("BadInput");
        var ended = await RunToEndAsync(id);
        var history = _app.Orchestrations.ExportHistory(id);

        Assert.Equal(ended.ReadOutputAs<string>(), await OrchestrationReplay.RunAsync(history, async context => await WorkerFunctions.BadInput(context)));
        var changed = await Assert.ThrowsAsync<InvalidOperationException>(
            () => OrchestrationReplay.RunAsync(history, async context => await context.CallActivityAsync<string>("Another")));
        Assert.Contains("'MakeGreeting' (#0)", changed.Message, StringComparison.Ordinal);
        Assert.Equal(_app.Orchestrations.CountHistoryEvents(id), _app.Orchestrations.ReadHistoryKinds(id).Count);
    }

    private async Task<OrchestrationMetadata> RunToEndAsync(string id)
    {
        while (true)
        {
            await _app.Orchestrations.WhenIdleAsync().WaitAsync(EngineWorld.HangLimit);
            if (await _app.Orchestrations.Client.GetInstanceAsync(id, getInputsAndOutputs: true) is { IsCompleted: true } ended)
            {
                return ended;
            }

            _time.SetUtcNow(_app.Orchestrations.NextDueAt ?? throw new InvalidOperationException($"'{id}' waits for nothing that time brings."));
        }
    }

    private sealed class MessageLog : ILoggerProvider
    {
        public ConcurrentQueue<string> Messages { get; } = new();

        public ILogger CreateLogger(string categoryName) => new Logger(Messages);

        public void Dispose()
        {
        }

        private sealed class Logger(ConcurrentQueue<string> messages) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                messages.Enqueue(formatter(state, exception));
        }
    }
}
