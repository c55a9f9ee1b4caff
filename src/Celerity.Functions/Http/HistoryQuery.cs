using Celerity.History;
using Microsoft.AspNetCore.Http;

namespace Celerity.Functions.Http;

/// <summary>Which stretch of the history to show.</summary>
/// <param name="From">Its beginning.</param>
/// <param name="To">Its end, exclusive.</param>
/// <param name="Step">How long a point is.</param>
/// <param name="Task">The task that alone is told of, or <see langword="null"/> for the whole app.</param>
internal sealed record HistoryQuery(DateTimeOffset From, DateTimeOffset To, HistoryStep Step, string? Task)
{
    private static readonly TimeSpan Default = TimeSpan.FromHours(1);
    private static readonly TimeSpan MostByMinute = TimeSpan.FromDays(1);
    private static readonly TimeSpan MinuteByItself = TimeSpan.FromHours(6);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(31);
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(1);
    private static readonly TimeSpan Back = TimeSpan.FromDays(1000);

    /// <exception cref="CelerityException">CEL0308: a value is none, or they do not fit together.</exception>
    public static HistoryQuery Read(HttpRequest request, DateTimeOffset now)
    {
        var to = QueryValue.Time("to", RunQuery.Text(request, "to")) ?? now;
        Require(to <= now + Ahead && to >= now - Back, $"to must lie within the last {Back.TotalDays:N0} days.");
        var from = QueryValue.Time("from", RunQuery.Text(request, "from")) ?? to - Default;
        Require(from < to && to - from <= Longest, $"from must lie before to, by at most {Longest.TotalDays} days.");
        var step = QueryValue.Name<HistoryStep>("step", RunQuery.Text(request, "step")) ?? (to - from <= MinuteByItself ? HistoryStep.Minute : HistoryStep.Hour);
        Require(step == HistoryStep.Hour || to - from <= MostByMinute, $"By minutes at most {MostByMinute.TotalHours} hours are shown; ask for step=hour, or for less.");
        return new HistoryQuery(from, to, step, RunQuery.Text(request, "task"));
    }

    private static void Require(bool holds, string rule)
    {
        if (!holds)
        {
            throw new CelerityException(ErrorCodes.SettingOutOfRange, rule);
        }
    }
}
