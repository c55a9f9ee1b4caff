using Celerity.Live;
using Xunit;

namespace Celerity.Tests.Live;

public sealed class TaskChangesTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TaskChanges _changes = new();
    private readonly TaskChangeBuffer _buffer = new(capacity: 3);

    [Theory]
    [InlineData(TaskEventKind.BeforePublish, TaskState.Enqueued)]
    [InlineData(TaskEventKind.Started, TaskState.Running)]
    [InlineData(TaskEventKind.Retried, TaskState.Retrying)]
    [InlineData(TaskEventKind.Deferred, TaskState.Deferred)]
    [InlineData(TaskEventKind.Succeeded, TaskState.Succeeded)]
    [InlineData(TaskEventKind.DeadLettered, TaskState.DeadLettered)]
    [InlineData(TaskEventKind.Revoked, TaskState.Revoked)]
    [InlineData(TaskEventKind.Expired, TaskState.Expired)]
    [InlineData(TaskEventKind.Discarded, TaskState.Discarded)]
    public async Task Event_ThatChangesTheState_IsTold(TaskEventKind kind, TaskState state)
    {
        _changes.Add(_buffer);

        await TellAsync(kind);

        Assert.Equal(new TaskChange("t1", "a.b", state, "celerity-default", Now), _buffer.TryTake());
    }

    [Theory]
    [InlineData(TaskEventKind.Progress, "celerity-default")]
    [InlineData(TaskEventKind.Failed, "celerity-default")]
    [InlineData(TaskEventKind.Emitted, "celerity-default")]
    [InlineData(TaskEventKind.Started, "celerity-chunks")]
    [InlineData(TaskEventKind.Succeeded, "celerity-chunks-bulk")]
    public async Task Event_OfAChunk_OrWithoutAChange_IsNot(TaskEventKind kind, string queue)
    {
        _changes.Add(_buffer);

        await TellAsync(kind, queue);

        Assert.Null(_buffer.TryTake());
    }

    [Fact]
    public async Task Events_ThatAreTooMany_AreCounted()
    {
        _changes.Add(_buffer);
        for (var at = 0; at < 5; at++)
        {
            await TellAsync(TaskEventKind.Started);
        }

        Assert.Equal((2, 0), (_buffer.TakeDropped(), _buffer.TakeDropped()));
        Assert.Equal(3, Enumerable.Range(0, 5).Count(_ => _buffer.TryTake() is not null));
    }

    [Fact]
    public async Task Event_WhenItsStreamIsClosed_IsNotKept()
    {
        _changes.Add(_buffer);
        _changes.Remove(_buffer);

        await TellAsync(TaskEventKind.Started);

        Assert.Null(_buffer.TryTake());
    }

    private ValueTask TellAsync(TaskEventKind kind, string queue = "celerity-default") =>
        _changes.OnEventAsync(new TaskEvent { Kind = kind, At = Now, Id = "t1", Name = "a.b", Queue = queue }, CancellationToken.None);
}
