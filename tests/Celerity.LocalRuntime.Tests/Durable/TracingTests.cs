using System.Collections.Concurrent;
using System.Diagnostics;
using Celerity.LocalRuntime.Orchestration.Dispatch;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Durable;

/// <summary>All that an orchestration does is in the trace of whoever started it.</summary>
public sealed class TracingTests : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;
    private readonly ActivityTraceId _trace = ActivityTraceId.CreateRandom();

    public TracingTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == OrchestrationTracing.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (span.TraceId == _trace)
                {
                    _ended.Enqueue(span);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Start_UnderAnActivity_CarriesItsTraceToAllTasks()
    {
        await using var app = await DurableApp.StartAsync(typeof(TracedFunctions));
        using var request = new Activity("request").SetParentId(_trace, ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded).Start();

        var seen = await RunAsync(app, app.Orchestrations.Client.ScheduleNewOrchestrationInstanceAsync("TracedParent"));

        // The orchestrator's context, the sub-orchestration's activity's, and its own activity's.
        Assert.All(seen, traceParent => Assert.Equal($"{_trace}", traceParent.Split('-')[1]));
        Assert.Equal(
            ["activity:TraceParentOf", "activity:TraceParentOf", "create_orchestration:TracedParent", "orchestration:TracedChild", "orchestration:TracedParent"],
            _ended.Select(span => span.OperationName).Order(StringComparer.Ordinal));
        var creation = _ended.Single(span => span.OperationName.StartsWith("create", StringComparison.Ordinal));
        Assert.Equal(request.SpanId, creation.ParentSpanId);
        Assert.All(_ended.Where(span => span != creation), span => Assert.Equal(creation.SpanId, span.ParentSpanId));
    }

    [Fact]
    public async Task Start_OverHttp_TakesTheTraceparentHeader()
    {
        await using var app = await DurableApp.StartAsync(typeof(TracedFunctions));
        using var message = new HttpRequestMessage(HttpMethod.Post, "/runtime/webhooks/durabletask/orchestrators/TracedChild/t1");
        message.Headers.Add("traceparent", $"00-{_trace}-00f067aa0ba902b7-01");

        using var started = await app.Http.SendAsync(message);
        var seen = await RunAsync(app, Task.FromResult("t1"));

        Assert.All(seen, traceParent => Assert.Equal($"{_trace}", traceParent.Split('-')[1]));
    }

    private static async Task<string[]> RunAsync(DurableApp app, Task<string> start)
    {
        var ended = await app.Orchestrations.Client.WaitForInstanceCompletionAsync(await start, getInputsAndOutputs: true);
        await app.Orchestrations.WhenIdleAsync();
        return ended.ReadOutputAs<string[]>()!;
    }

    public static class TracedFunctions
    {
        [Function("TracedParent")]
        public static async Task<string[]> TracedParent([OrchestrationTrigger] TaskOrchestrationContext context, FunctionContext function) =>
        [
            function.TraceContext.TraceParent,
            .. await context.CallSubOrchestratorAsync<string[]>("TracedChild"),
            await context.CallActivityAsync<string>("TraceParentOf"),
        ];

        [Function("TracedChild")]
        public static async Task<string[]> TracedChild([OrchestrationTrigger] TaskOrchestrationContext context) =>
            [await context.CallActivityAsync<string>("TraceParentOf")];

        [Function("TraceParentOf")]
        public static string TraceParentOf([ActivityTrigger] string? nothing, FunctionContext function) => function.TraceContext.TraceParent + nothing;
    }
}
