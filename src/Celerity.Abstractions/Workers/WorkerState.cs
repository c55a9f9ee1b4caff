namespace Celerity;

/// <summary>What a process of the app does with work that comes.</summary>
public enum WorkerState
{
    /// <summary>It takes it.</summary>
    Running,

    /// <summary>It hands it over; what it has begun goes on.</summary>
    Draining,

    /// <summary>It hands it over, and ends once what it has begun has ended or its grace is over.</summary>
    Recycling,

    /// <summary>It has ended.</summary>
    Stopped,

    /// <summary>Nothing has been heard of it for three heartbeats: it has died, stands still, or cannot reach the storage.</summary>
    Lost,
}
