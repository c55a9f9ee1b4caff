using Celerity.Retry;
using Xunit;

namespace Celerity.Tests.Retry;

public sealed class FailureHistoryTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Merge_ManyFailures_KeepsTheFirstAndTheLatest()
    {
        IReadOnlyList<FailureRecord> failures = [];
        for (var attempt = 1; attempt <= 50; attempt++)
        {
            failures = FailureHistory.Merge(failures, [Failure(attempt)]);
        }

        Assert.Equal([1, 42, 43, 44, 45, 46, 47, 48, 49, 50], failures.Select(failure => failure.Attempt));
        Assert.All(failures.SkipLast(1), failure => Assert.Null(failure.Stack));
        Assert.NotNull(failures[^1].Stack);
    }

    [Fact]
    public void Merge_SameFailureAgain_ChangesNothing()
    {
        var failures = FailureHistory.Merge([], [Failure(1)]);

        Assert.Same(failures, FailureHistory.Merge(failures, [Failure(1) with { Stack = null }]));
    }

    [Theory]
    [InlineData('x')]
    [InlineData('"')]
    [InlineData('\u0001')]
    [InlineData('å')]
    public void Write_WorstTexts_FitATableRow(char character)
    {
        IReadOnlyList<FailureRecord> failures = [];
        for (var attempt = 1; attempt <= 20; attempt++)
        {
            var text = new string(character, 100_000);
            var failure = FailureRecord.Of(new InvalidOperationException(text, new InvalidOperationException(text)), ErrorCategory.Transient, attempt, Start);
            failures = FailureHistory.Merge(failures, [failure with { Stack = text[..3000] }]);
        }

        var json = FailureHistory.Write(failures)!;

        Assert.InRange(json.Length, 1, 32_768);
        Assert.Equal(20, FailureHistory.Read(json)[^1].Attempt);
    }

    [Theory]
    [InlineData('x')]
    [InlineData('"')]
    [InlineData('\u0001')]
    [InlineData('å')]
    public void ForMessage_WorstTexts_LeaveRoomForASlice(char character)
    {
        var text = new string(character, 100_000);
        var failures = Enumerable.Range(1, 10).Select(attempt => FailureRecord.Of(text, ErrorCategory.Transient, attempt, Start) with { Stack = "at" }).ToList();

        var kept = FailureHistory.ForMessage(failures);

        Assert.Equal((1, 10), (kept[0].Attempt, kept[^1].Attempt));
        Assert.All(kept, failure => Assert.Null(failure.Stack));
        Assert.InRange(CelerityJson.Write(kept).Length, 1, 14_000);
    }

    [Fact]
    public void Of_ChainOfExceptions_TellsEachLink()
    {
        var failure = FailureRecord.Of(
            new InvalidOperationException("outer", new TimeoutException("inner")), ErrorCategory.Transient, 1, Start);

        Assert.Equal("outer <- System.TimeoutException: inner", failure.Message);
        Assert.Equal("System.InvalidOperationException", failure.Type);
    }

    private static FailureRecord Failure(int attempt) =>
        new(attempt, ErrorCategory.Transient, "T", "m", Start.AddSeconds(attempt), "h") { Stack = "at" };
}
