namespace Celerity.History;

/// <summary>A minute or an hour of the whole app.</summary>
/// <param name="At">When it began.</param>
/// <param name="Tally">What all processes saw.</param>
/// <param name="Figures">What held for the whole app; <see langword="null"/> where it was not measured.</param>
internal sealed record HistoryPoint(DateTimeOffset At, HistoryTally Tally, HistoryFigures? Figures)
{
    /// <summary>The hour with one more of its minutes: its tally grows, its figures are the highest.</summary>
    public HistoryPoint With(HistoryPoint minute)
    {
        Tally.AddLater(minute.Tally);
        return this with { Figures = Figures is null || minute.Figures is null ? Figures ?? minute.Figures : Figures.Or(minute.Figures) };
    }
}
