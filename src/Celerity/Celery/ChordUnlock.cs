using System.Text.Json;

namespace Celerity.Celery;

/// <summary>Celery's own task that sees to a chord: its client sends it beside the chord's tasks, and so do we.</summary>
/// <param name="GroupId">The group of the chord's tasks.</param>
/// <param name="Callback">The signature to send when all of them have ended.</param>
/// <param name="Interval">What Celery would wait between two looks; not used.</param>
/// <param name="MaxRetries">How often Celery would look; not used.</param>
/// <param name="Result">Their ids, as <c>[[[id, parent], children], …]</c>.</param>
[CelerityTask(CeleryCanvas.ChordUnlock, MaxAttempts = 12, BackoffSeconds = 5, TimeLimitSeconds = 600)]
internal sealed record ChordUnlock(string GroupId, JsonElement Callback, JsonElement? Interval = null, JsonElement? MaxRetries = null, JsonElement? Result = null);
