namespace Celerity.History;

/// <summary>How long one point of the history is.</summary>
internal enum HistoryStep
{
    /// <summary>A minute: kept for a day unless set otherwise.</summary>
    Minute,

    /// <summary>An hour: kept for thirty days unless set otherwise.</summary>
    Hour,
}
