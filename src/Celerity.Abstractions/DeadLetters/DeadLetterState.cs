namespace Celerity;

/// <summary>What has become of a dead letter.</summary>
public enum DeadLetterState
{
    /// <summary>It waits for somebody.</summary>
    Open,

    /// <summary>It was sent again, as a task of its own.</summary>
    Replayed,

    /// <summary>It died again after as many replays as are allowed: a replay of many passes it over.</summary>
    SetAside,
}
