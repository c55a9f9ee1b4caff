using Celerity.Storage;

namespace Celerity.Tests.Tasks.Model;

/// <summary>What is explored: the messages at the start, and how much may go wrong.</summary>
internal sealed record Scenario(string Name, params string[] Messages)
{
    /// <summary>Gets the ids that must have ended when all is quiet; <see langword="null"/> for one task whose id nobody knows.</summary>
    public IReadOnlyList<string>? Ids { get; init; } = ["t1"];

    /// <summary>Gets what is sent, each by a process that has nothing else to do, in this order.</summary>
    public IReadOnlyList<ModelSend> Sends { get; init; } = [];

    /// <summary>Gets the rows that are there at the start.</summary>
    public IReadOnlyList<(string Table, TableRow Row)> Rows { get; init; } = [];

    /// <summary>Gets the blobs that are there at the start.</summary>
    public IReadOnlyDictionary<string, byte[]> Blobs { get; init; } = new Dictionary<string, byte[]>();

    /// <summary>
    /// Gets whether delays and leases take their time, and maintenance is part of the world: its rounds bring to an end whatever was broken
    /// off, and once all is over nothing may be left that keeps anything from going on.
    /// </summary>
    public bool HasClock { get; init; }

    /// <summary>Gets whether what a process has seen in earlier passes tells what it does: it believes limits and the board for a while.</summary>
    public bool Remembers { get; init; }

    /// <summary>Gets how often maintenance may come by while things happen.</summary>
    public int Rounds { get; init; }

    /// <summary>Gets whether of maintenance only the sweep of sends comes by while things happen.</summary>
    public bool OnlySweeps { get; init; }

    /// <summary>Gets by how much the clock of the second process is ahead.</summary>
    public TimeSpan Skew { get; init; }

    /// <summary>Gets how often a process may die.</summary>
    public int Deaths { get; init; }

    /// <summary>Gets whether processes die in handlers only, as they do of a task that kills them.</summary>
    public bool OnlyHandlersDie { get; init; }

    /// <summary>Gets how often a lease may end while its pass goes on.</summary>
    public int LostLeases { get; init; }

    /// <summary>Gets how often a reply may be lost, so that the SDK repeats the request.</summary>
    public int LostReplies { get; init; }

    /// <summary>Gets how often a call may end in an exception, done or not.</summary>
    public int Faults { get; init; }

    /// <summary>Gets how often a handler may fail.</summary>
    public int Failures { get; init; }

    /// <summary>Gets how often a handler may put its task back.</summary>
    public int Snoozes { get; init; }

    /// <summary>Gets how often somebody may revoke the first task, and how often the second's tag.</summary>
    public int Revokes { get; init; }

    /// <summary>Gets how often time may pass, while no handler runs.</summary>
    public int Jumps { get; init; }

    /// <summary>Gets whether time passes between passes only: no process stands still in one.</summary>
    public bool IsPrompt { get; init; }

    /// <summary>Gets by how much time passes: any of these each time.</summary>
    public IReadOnlyList<TimeSpan> Spans { get; init; } = [TimeSpan.FromMinutes(1)];

    /// <summary>Gets how often one consumer may be stopped in the middle of its pass for the other.</summary>
    public int Preemptions { get; init; } = 2;

    /// <summary>Gets after how many deliveries the host copies a message to the poison queue.</summary>
    public int MaxDequeueCount { get; init; } = 20;

    /// <summary>Gets what is taken out of the protocol.</summary>
    public Mutant Mutant { get; init; } = new();

    public static string Message(string task, string rest = "", string id = "t1") => $$"""{"id":"{{id}}","task":"{{task}}","payload":{}{{rest}}}""";

    public override string ToString() => Name;
}
