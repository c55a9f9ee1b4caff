using System.Text.Json;

namespace Celerity.Celery;

/// <summary>When a signature's turn has come.</summary>
/// <param name="ParentId">The task whose end it follows.</param>
/// <param name="Role">What it is to that task: ids that the sender left out are made of both.</param>
/// <param name="Now">The time.</param>
internal sealed record CeleryTurn(string ParentId, string Role, DateTimeOffset Now)
{
    /// <summary>Gets what comes before its own positional arguments, unless it is immutable.</summary>
    public IReadOnlyList<JsonElement> Values { get; init; } = [];

    /// <summary>Gets the signatures that follow it, the last first.</summary>
    public IReadOnlyList<JsonElement> Chain { get; init; } = [];

    public string? RootId { get; init; }
}
