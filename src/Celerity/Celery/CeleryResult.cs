using System.Text.Json;

namespace Celerity.Celery;

/// <summary>How a task ended, as Celery's result backends keep it.</summary>
/// <param name="Status">SUCCESS, FAILURE, REVOKED.</param>
/// <param name="Result">The result, or the exception.</param>
internal sealed record CeleryResult(string Status, JsonElement? Result);
