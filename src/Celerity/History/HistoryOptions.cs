namespace Celerity.History;

/// <summary>How long the history is kept: <c>Celerity:History</c>.</summary>
internal sealed class HistoryOptions
{
    /// <summary>Gets or sets whether a history is kept at all: <see langword="true"/> unless set otherwise.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Gets or sets for how many hours minutes are kept, 2 to 168: 24 unless set otherwise.</summary>
    public int MinutesKeptHours { get; set; } = 24;

    /// <summary>Gets or sets for how many days hours are kept, 1 to 400: 30 unless set otherwise.</summary>
    public int HoursKeptDays { get; set; } = 30;
}
