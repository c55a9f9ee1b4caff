using System.Collections.Concurrent;
using System.Diagnostics;
using Celerity.Tests.Stages;
using Celerity.Tests.Tasks;
using Celerity.Tracing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Tracing;

/// <summary>What a task leads to is one trace, whoever runs it.</summary>
public sealed class EngineTracingTests : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;
    private readonly Activity _root = new Activity("the caller").SetIdFormat(ActivityIdFormat.W3C);

    public EngineTracingTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == EngineTracing.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    [Fact]
    public async Task Task_RetriedByAnotherProcess_IsOneTraceUnderItsSend()
    {
        var simulation = new TaskSimulation();
        simulation.Script.Run = context => context.Attempt == 1 ? throw new TimeoutException("slow") : TaskOutcome.Completed;
        _root.Start();
        var id = await simulation.Worker().GetRequiredService<IBackgroundTasks>().EnqueueAsync(new EchoTask("hi"), new EnqueueOptions { CorrelationId = "c1" });
        _root.Stop();
        await simulation.DeliverOneAsync(simulation.Worker());

        await simulation.DrainAsync(simulation.Worker());

        var spans = Spans();
        Assert.Equal(["send test.echo", "process test.echo", "process test.echo"], spans.Select(span => span.OperationName));
        var (send, first, second) = (spans[0], spans[1], spans[2]);
        Assert.Equal((ActivityKind.Producer, _root.SpanId), (send.Kind, send.ParentSpanId));
        Assert.All([first, second], span => Assert.Equal((ActivityKind.Consumer, send.SpanId, true), (span.Kind, span.ParentSpanId, span.HasRemoteParent)));
        Assert.All(spans, span => Assert.Equal(
            ("azure_storage_queue", "celerity-default", id, "test.echo"),
            (Tag(span, "messaging.system"), Tag(span, "messaging.destination.name"), Tag(span, "messaging.message.id"), Tag(span, "celerity.task.name"))));
        Assert.Equal(("send", "process"), (Tag(send, "messaging.operation.type"), Tag(first, "messaging.operation.type")));
        Assert.Equal((1, "Retrying", "System.TimeoutException", "c1"), (Tag(first, "celerity.task.attempt"), Tag(first, "celerity.task.state"), Tag(first, "error.type"), Tag(first, "messaging.message.conversation_id")));
        Assert.Equal((ActivityStatusCode.Error, "slow"), (first.Status, first.StatusDescription));
        Assert.Equal((2, "Succeeded", ActivityStatusCode.Unset), (Tag(second, "celerity.task.attempt"), Tag(second, "celerity.task.state"), second.Status));
    }

    [Fact]
    public async Task Tasks_SentTogether_AreOneTrace_AndTheFunctionThatRunsThemIsLinked()
    {
        var simulation = new TaskSimulation();
        _root.Start();
        await simulation.Worker().GetRequiredService<IBackgroundTasks>().EnqueueManyAsync([new EchoTask("a"), new EchoTask("b")]);
        _root.Stop();
        Activity.Current = null;
        using var function = new Activity("function").SetIdFormat(ActivityIdFormat.W3C).Start();

        await simulation.DrainAsync(simulation.Worker());

        var spans = Spans();
        Assert.Equal(["send many", "process test.echo", "process test.echo"], spans.Select(span => span.OperationName));
        Assert.Equal(2L, Tag(spans[0], "messaging.batch.message_count"));
        Assert.All(spans.Skip(1), span => Assert.Equal((spans[0].SpanId, function.SpanId), (span.ParentSpanId, Assert.Single(span.Links).Context.SpanId)));
    }

    [Fact]
    public async Task Slices_AreOfTheTraceThatPublishedTheFirst_ThoseThatPullOthersThroughAsWell()
    {
        var simulation = new StageSimulation(StageBench.Csv("n\n" + string.Concat(Enumerable.Range(1, 12).Select(number => $"{number}\n"))), StageBench.Source(1));
        var worker = simulation.Worker();
        _root.Start();
        await simulation.PlanAsync(worker);
        await simulation.PublishAsync(worker);
        _root.Stop();
        Activity.Current = null;

        await simulation.DrainAsync(worker);

        var sends = Spans().Where(span => span.OperationName == "send SumStage").ToList();
        Assert.Equal(["0", "3"], sends.Select(span => ((string)Tag(span, "messaging.message.id")!).Split(".c")[^1]).Order(StringComparer.Ordinal));
        Assert.All(sends, span => Assert.Equal((ActivityKind.Producer, _root.SpanId, "SumStage"), (span.Kind, span.ParentSpanId, Tag(span, "celerity.stage.name"))));
        var passes = Spans().Where(span => span.OperationName == "process SumStage").ToList();
        Assert.Equal(["0-2", "3-5", "6-8", "9-11"], passes.Select(span => (string)Tag(span, "celerity.chunks")!).Order(StringComparer.Ordinal));
        Assert.All(passes, span => Assert.Equal((true, simulation.Key.Run), (sends.Exists(send => send.SpanId == span.ParentSpanId), Tag(span, "celerity.run.id"))));
        Assert.Equal(6, Spans().Count);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _root.Dispose();
    }

    // Tests beside this one have traces of their own.
    private List<Activity> Spans() => [.. _ended.Where(span => span.TraceId == _root.TraceId).OrderBy(span => span.StartTimeUtc)];

    private static object? Tag(Activity span, string name) => span.GetTagItem(name);
}
