namespace Celerity.Alerts;

/// <summary>What a rule looks at.</summary>
internal enum AlertKind
{
    /// <summary>The share of a task's ends that are dead letters, over 10 minutes.</summary>
    FailureRate,

    /// <summary>Dead letters of a task within an hour.</summary>
    DeadLetterGrowth,

    /// <summary>The messages of a queue.</summary>
    BacklogLength,

    /// <summary>How long the next message of a queue has been there, in seconds.</summary>
    BacklogAge,

    /// <summary>The messages of a queue of what the host gave up on.</summary>
    PoisonQueue,

    /// <summary>How long 95 of 100 attempts of a task take at most, over 10 minutes, in seconds.</summary>
    Duration,

    /// <summary>1 where a circuit is open.</summary>
    OpenCircuit,

    /// <summary>How long a run that stands still has done so, in seconds.</summary>
    StalledRun,

    /// <summary>How long a worker that has fallen silent has not been heard of, in seconds.</summary>
    SilentWorker,

    /// <summary>By how much a schedule is late, in seconds.</summary>
    LateSchedule,

    /// <summary>1 where nobody measures what holds for the whole app.</summary>
    NotMeasured,
}
