using Celerity.Storage;

namespace Celerity.Runs;

/// <summary>A generation of a run after its first: who asked for it, what it does again, and how the one before it had ended. Its row never changes.</summary>
internal sealed record RunGeneration
{
    /// <summary>Gets its number, 2 and up.</summary>
    public required int Number { get; init; }

    /// <summary>Gets the id of what asked for it: asked again, it is this generation.</summary>
    public required string Command { get; init; }

    public required RunRestart Restart { get; init; }

    public required string Who { get; init; }

    public required string Why { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Gets the state in which the generation before ended.</summary>
    public required RunState Before { get; init; }

    public DateTimeOffset? BeforeEndedAt { get; init; }

    public string? BeforeErrorCode { get; init; }

    public string? BeforeErrorMessage { get; init; }

    /// <summary>Gets the blob with the result of the generation before.</summary>
    public string? BeforeResultBlob { get; init; }

    public static RunGeneration From(TableRow row) => new()
    {
        Number = row.GetInt32("generation"),
        Command = row.FindString("command")!,
        Restart = new RunRestart(Enum.Parse<RestartKind>(row.FindString("kind")!), row.GetInt32("stage"), row.GetInt32("chunk")),
        Who = row.FindString("who")!,
        Why = row.FindString("why")!,
        At = row.FindTime("at")!.Value,
        Before = Enum.Parse<RunState>(row.FindString("before")!),
        BeforeEndedAt = row.FindTime("beforeEndedAt"),
        BeforeErrorCode = row.FindString("beforeErrorCode"),
        BeforeErrorMessage = row.FindString("beforeErrorMessage"),
        BeforeResultBlob = row.FindString("beforeResultBlob"),
    };

    public TableRow ToRow(string run)
    {
        var key = RunKey.For(run);
        var values = new Dictionary<string, object>
        {
            ["generation"] = Number,
            ["command"] = Command,
            ["kind"] = Restart.Kind.ToString(),
            ["stage"] = Restart.Stage,
            ["chunk"] = Restart.Chunk,
            ["who"] = Who,
            ["why"] = Why,
            ["at"] = At,
            ["before"] = Before.ToString(),
        };
        values.AddIfPresent("beforeEndedAt", BeforeEndedAt);
        values.AddIfPresent("beforeErrorCode", BeforeErrorCode);
        values.AddIfPresent("beforeErrorMessage", BeforeErrorMessage);
        values.AddIfPresent("beforeResultBlob", BeforeResultBlob);
        return new TableRow(key.Partition, key.GenerationRow(Number), values);
    }
}
