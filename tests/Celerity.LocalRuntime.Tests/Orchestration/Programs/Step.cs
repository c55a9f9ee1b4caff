using System.Text.Json.Serialization;

namespace Celerity.LocalRuntime.Tests.Orchestration.Programs;

/// <summary>One step of a random orchestration. What it gives does not depend on what happens when, so that a crash may change nothing.</summary>
[JsonPolymorphic]
[JsonDerivedType(typeof(Echo), "echo")]
[JsonDerivedType(typeof(Flaky), "flaky")]
[JsonDerivedType(typeof(Broken), "broken")]
[JsonDerivedType(typeof(Timer), "timer")]
[JsonDerivedType(typeof(CancelledTimer), "cancelled")]
[JsonDerivedType(typeof(Event), "event")]
[JsonDerivedType(typeof(MissingEvent), "missing")]
[JsonDerivedType(typeof(Stable), "stable")]
[JsonDerivedType(typeof(Status), "status")]
[JsonDerivedType(typeof(Child), "child")]
[JsonDerivedType(typeof(FailingChild), "failing-child")]
[JsonDerivedType(typeof(All), "all")]
[JsonDerivedType(typeof(Append), "append")]
[JsonDerivedType(typeof(FailingOperation), "failing-operation")]
[JsonDerivedType(typeof(Locked), "locked")]
internal abstract record Step
{
    /// <summary>An activity that returns its input.</summary>
    public sealed record Echo(string Text) : Step;

    /// <summary>An activity that fails some times and is retried, by a policy or by a handler.</summary>
    public sealed record Flaky(string Text, int Failures, bool ByHandler) : Step;

    /// <summary>An activity that fails however often it is tried.</summary>
    public sealed record Broken(string Text, int Attempts) : Step;

    public sealed record Timer(int Seconds) : Step;

    /// <summary>A timer that is called off at once.</summary>
    public sealed record CancelledTimer(int Seconds) : Step;

    /// <summary>Events to itself, awaited before they come or after.</summary>
    public sealed record Event(string Name, int Count, bool AwaitedFirst) : Step;

    /// <summary>An event that never comes, awaited with a limit.</summary>
    public sealed record MissingEvent(string Name, int Seconds) : Step;

    /// <summary>A new GUID and the current time, which must be the same after each replay.</summary>
    public sealed record Stable : Step;

    public sealed record Status(string Text) : Step;

    /// <summary>A sub-orchestration.</summary>
    public sealed record Child(Program Program) : Step;

    /// <summary>A sub-orchestration that fails after its steps.</summary>
    public sealed record FailingChild(Program Program) : Step;

    /// <summary>Signals to an entity of its own, and a call.</summary>
    public sealed record Append(string Name, int Signals) : Step;

    /// <summary>An operation of an entity that fails.</summary>
    public sealed record FailingOperation(string Name) : Step;

    /// <summary>A critical section over two entities that all share. Not side by side with others: an orchestration has one at a time.</summary>
    public sealed record Locked(int Seconds) : Step;

    /// <summary>Steps side by side.</summary>
    public sealed record All(IReadOnlyList<IReadOnlyList<Step>> Branches) : Step;
}

/// <summary>A random orchestration, or what is left of it.</summary>
/// <param name="Steps">What each round does.</param>
/// <param name="Rounds">How many rounds there are; each but the last continues as new.</param>
/// <param name="Round">Which one this is, from 1.</param>
/// <param name="Done">What the rounds before have given.</param>
internal sealed record Program(IReadOnlyList<Step> Steps, int Rounds = 1, int Round = 1, string Done = "");
