using Celerity.Groups;
using Xunit;

namespace Celerity.Tests.Groups;

/// <summary>Counts that wait for their turn share it.</summary>
public sealed class GroupTurnsTests
{
    private readonly GroupTurns _turns = new();
    private readonly List<IReadOnlyList<EndedPage>> _counts = [];

    [Fact]
    public async Task Take_WhileAnotherCounts_ThoseThatWaitAreCountedOnceTogether()
    {
        var gate = new TaskCompletionSource();
        var first = TakeAsync(0, gate.Task);
        Task[] waiting = [TakeAsync(1), TakeAsync(2), TakeAsync(1)];
        Assert.All(waiting, call => Assert.False(call.IsCompleted));

        gate.SetResult();
        await Task.WhenAll([first, .. waiting]);

        Assert.Equal(["0", "1 2"], _counts.Select(pages => string.Join(' ', pages.Select(page => page.Page).Order())));
    }

    [Fact]
    public async Task Take_CountFails_TheNextInTurnCountsThoseToo()
    {
        var gate = new TaskCompletionSource();
        var first = TakeAsync(0, gate.Task);
        var second = TakeAsync(1);

        gate.SetException(new InvalidOperationException("down"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => first);
        await second;
        Assert.Equal([0, 1], _counts[^1].Select(page => page.Page).Order());
    }

    [Fact]
    public async Task Take_AnotherGroup_DoesNotWait()
    {
        var gate = new TaskCompletionSource();
        var first = TakeAsync(0, gate.Task);

        await TakeAsync(0, group: "other");

        Assert.False(first.IsCompleted);
        gate.SetResult();
        await first;
    }

    private Task TakeAsync(int page, Task? until = null, string group = "group") => _turns.TakeAsync(group, [new EndedPage(page, null)], async pages =>
    {
        _counts.Add(pages);
        await (until ?? Task.CompletedTask);
    }).AsTask();
}
