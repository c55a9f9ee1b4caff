namespace Celerity.Revocation;

/// <summary>Tasks that must not run any more.</summary>
/// <param name="Target">What names them.</param>
/// <param name="Value">The id, tag, task name or queue.</param>
/// <param name="At">When they were revoked: what was sent later is unaffected, except by an id.</param>
internal sealed record RevocationRule(RevocationTarget Target, string Value, DateTimeOffset At);

/// <summary>What a revocation names tasks by.</summary>
internal enum RevocationTarget
{
    Id,
    Tag,
    Task,
    Queue,
}
