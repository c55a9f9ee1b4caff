using System.Text.Json;

namespace Celerity.Alerts;

/// <summary>One change of an alert for one receiver: a task like any other, ahead of the app's own, so that it is retried, and kept as a dead letter where it cannot be delivered.</summary>
/// <param name="Receiver">The receiver's name. Its address and its secret are not on any wire.</param>
/// <param name="Message">The body.</param>
[CelerityTask(
    TaskName, Queue = Storage.StorageNames.HighQueue, MaxAttempts = 12, BackoffSeconds = 5, MaxBackoffSeconds = 3600, TimeLimitSeconds = 90, Tracking = TaskTracking.None)]
internal sealed record AlertMessage(string Receiver, JsonElement Message)
{
    public const string TaskName = "celerity.alert";
}
