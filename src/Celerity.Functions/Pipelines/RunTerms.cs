using Celerity.Runs;
using Celerity.Tasks.Sending;

namespace Celerity.Functions.Pipelines;

/// <summary>What a start of a run says beside its request.</summary>
internal sealed record RunTerms
{
    public static RunTerms None { get; } = new();

    /// <summary>Reads what code says.</summary>
    public static RunTerms From(PipelineStartOptions? options) => options is null ? None : new()
    {
        Tags = [.. options.Tags.Distinct(StringComparer.Ordinal)],
        IdempotencyKey = options.IdempotencyKey,
        TimeLimit = options.TimeLimit,
    };

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Gets the key: who starts the pipeline again with the same one is given the run that is there; <see langword="null"/> for a new run.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Gets how long it may take; <see langword="null"/> for what its pipeline says.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Gets the run whose request it takes.</summary>
    public string? CloneOf { get; init; }

    /// <exception cref="CelerityException">CEL0308: one is out of its range.</exception>
    public void Check()
    {
        if (Tags.Count > SendTerms.MaxTags || Tags.Any(tag => tag is not { Length: > 0 and <= SendTerms.MaxTagChars }))
        {
            throw new CelerityException(
                ErrorCodes.SettingOutOfRange, $"There are {Tags.Count} tags; there may be {SendTerms.MaxTags}, each of 1 to {SendTerms.MaxTagChars} characters. Nothing was started.");
        }

        if (TimeLimit is { } limit && !RunTimeLimit.IsInRange(limit))
        {
            throw new CelerityException(ErrorCodes.SettingOutOfRange, $"The time limit is {limit}; it must be {RunTimeLimit.Rule}. Nothing was started.");
        }
    }
}
