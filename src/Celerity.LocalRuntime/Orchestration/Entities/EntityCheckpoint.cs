using Celerity.LocalRuntime.Orchestration.Store;

namespace Celerity.LocalRuntime.Orchestration.Entities;

/// <summary>The result of an entity's turn: all of it is stored, or nothing.</summary>
internal sealed record EntityCheckpoint
{
    public required ClaimedEntity Claim { get; init; }

    public required EntityTurn Turn { get; init; }

    /// <summary>Gets the entity as it is from now on.</summary>
    public required EntityRow Row { get; init; }

    public IReadOnlyList<OutgoingMessage> Answers { get; init; } = [];

    public IReadOnlyList<OutgoingEntityMessage> Signals { get; init; } = [];

    /// <summary>Gets the orchestrations to start; one whose id is that of a running one is not started.</summary>
    public IReadOnlyList<NewInstance> Instances { get; init; } = [];

    public static EntityCheckpoint Of(ClaimedEntity claim, EntityTurn turn, EntityBatch batch, DateTimeOffset now) => new()
    {
        Claim = claim,
        Turn = turn,
        Row = turn.Operations.Count == 0 ? claim.Row : claim.Row with { State = batch.State.Text, UpdatedAt = now },
        Answers =
        [
            .. turn.Operations.Zip(batch.Answers)
                .Where(pair => pair.First.Caller is not null)
                .Select(pair => pair.Second.To(pair.First.Caller!, now)),
        ],
        Signals = batch.Context.Signals,
        Instances = batch.Context.Instances,
    };
}
