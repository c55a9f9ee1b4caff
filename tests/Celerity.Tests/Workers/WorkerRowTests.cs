using Celerity.Tasks;
using Celerity.Tests.Tasks;
using Celerity.Workers;
using Xunit;

namespace Celerity.Tests.Workers;

/// <summary>What fits into a worker's row, and when a worker is recycled.</summary>
public sealed class WorkerRowTests
{
    [Fact]
    public void Row_WhateverRuns_StaysBelowThirtyKilobytes()
    {
        var task = new RunningTaskRecord
        {
            Name = new string('n', 100),
            Id = new string('i', 100),
            Attempt = 1,
            Since = TaskSimulation.Start,
            Message = new string('ü', 200),
            LastLines = [.. Enumerable.Repeat(new string('ü', 200), 5)],
        };
        var facts = new WorkerFacts(default, 0, 0, 0, 0, 0);

        var row = WorkerRow.Write(
            WorkerIdentity.Of(TimeProvider.System), WorkerState.Draining, new string('r', 200), facts, [.. Enumerable.Repeat(task, 600)], new WorkerOrder(WorkerState.Draining, new string('r', 200)), default);

        var chars = row.Values.Sum(value => value.Key.Length + (value.Value as string)?.Length ?? 8);
        Assert.InRange(2 * chars, 10_000, 30_000);
        var read = WorkerRow.Read(row, default);
        Assert.True(read.Running.Count > 0);
        Assert.Equal(600, read.Running.Count + read.RunningLeftOut);
    }

    [Theory]
    [InlineData(null, null, null, 100, 9000, 99, 9, null)]
    [InlineData(100, null, null, 99, 9000, 99, 0, null)]
    [InlineData(100, null, null, 100, 9000, 99, 0, "It has run 100 tasks; RecycleAfterTasks is 100.")]
    [InlineData(null, 500, null, 100, 500, 99, 0, null)]
    [InlineData(null, 500, null, 100, 501, 99, 0, "It has 501 MB of memory; RecycleAboveMegabytes is 500.")]
    [InlineData(null, null, 10, 100, 9000, 10, 0, null)]
    [InlineData(null, null, 10, 100, 9000, 10.5, 0, "It has run for 10:30:00; RecycleAfter is 10:00:00.")]
    [InlineData(null, null, 10, 100, 9000, 1, 5, null)]
    [InlineData(null, null, 10, 100, 9000, 1, 6, "6 handlers ignored their tokens; RecycleAboveZombies is 5.")]
    public void Recycle_Limits(int? afterTasks, int? aboveMegabytes, int? afterHours, long run, long megabytes, double hours, int zombies, string? reason)
    {
        var options = new WorkerOptions
        {
            RecycleAfterTasks = afterTasks,
            RecycleAboveMegabytes = aboveMegabytes,
            RecycleAfter = afterHours is { } limit ? TimeSpan.FromHours(limit) : null,
        };

        Assert.Equal(reason, RecycleDecision.For(options, new WorkerFacts(TimeSpan.FromHours(hours), megabytes << 20, 0, run, 0, zombies), jitter: 0.5));
    }
}
