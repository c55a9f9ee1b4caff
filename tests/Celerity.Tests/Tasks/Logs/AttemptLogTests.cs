using Celerity.Tasks.Logs;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Celerity.Tests.Tasks.Logs;

/// <summary>The bounds of what is kept of an attempt and of a task.</summary>
public sealed class AttemptLogTests
{
    [Fact]
    public void Join_OfMoreThanARowHolds_KeepsTheLatest()
    {
        var log = default(TaskLog);
        for (var attempt = 1; attempt <= 9; attempt++)
        {
            var one = new AttemptLog(attempt, LogLevel.Information, TimeProvider.System);
            Enumerable.Range(0, AttemptLog.MaxLines).ToList().ForEach(_ => one.Add(LogLevel.Information, "\u0001\u0002" + new string('é', 20), null));
            log = TaskLog.Join(log, one.Close());
        }

        var lines = log!.Read();
        Assert.Equal(900, lines.Count + log.Dropped);
        Assert.InRange(log.Lines.Length, TaskLog.MaxChars - 1000, TaskLog.MaxChars);
        Assert.Equal((9, "\u0001\u0002" + new string('é', 20)), (lines[^1].Attempt, lines[^1].Text));
        Assert.True(lines[0].Attempt > 1);
    }

    [Fact]
    public void Line_ThatIsAloneTooLong_IsDroppedAndCounted()
    {
        var log = new AttemptLog(1, LogLevel.Information, TimeProvider.System);

        log.Add(LogLevel.Information, new string('\u0001', 1000), new InvalidOperationException(new string('\u0002', 2000)));

        Assert.Equal(("", 1), (log.Close()!.Lines, TaskLog.Join(null, log.Close())!.Dropped));
    }

    [Fact]
    public async Task Handler_ThatWasLeftBehind_AddsNothingAnyMore()
    {
        var log = new AttemptLog(1, LogLevel.Information, TimeProvider.System);
        using (log.Enter())
        {
            AttemptLog.Current!.Add(LogLevel.Information, "in time", null);
            var kept = log.Close()!;

            await Task.Run(() => AttemptLog.Current!.Add(LogLevel.Information, "late", null));

            Assert.Equal(kept, log.Close());
        }

        Assert.Null(AttemptLog.Current);
    }
}
