using System.Security.Cryptography;
using System.Text;
using Celerity.Storage;

namespace Celerity.Alerts;

/// <summary>What is known of one subject of one rule. It is written where it changes, not while it stays.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="Subject">The task, queue, circuit, run, worker or schedule.</param>
/// <param name="State">How far it is.</param>
/// <param name="Since">Since when it is so far.</param>
/// <param name="Value">The value then.</param>
/// <param name="Severity">How much it mattered when it began.</param>
internal sealed record Alert(string Rule, string Subject, AlertState State, DateTimeOffset Since, double Value, AlertSeverity Severity)
{
    public const string Partition = "alerts";

    private const int MaxSubjectChars = 500;

    /// <summary>Gets the id of the time for which it fires: what is told of it has ids that follow from it. Empty before it has fired.</summary>
    public string Episode { get; init; } = "";

    /// <summary>Gets whether receivers were told that it fires, and not yet that it is over.</summary>
    public bool IsTold { get; init; }

    /// <summary>Gets its version; empty on one that is not stored.</summary>
    public string ETag { get; init; } = "";

    /// <summary>Gets whether receivers must be told what it is now.</summary>
    public bool IsOwed => IsTold != (State == AlertState.Firing);

    public string RowKey => $"{Rule}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Subject)))[..32]}";

    /// <summary>Reads a row; <see langword="null"/> where a newer version has written what this one does not know.</summary>
    public static Alert? From(TableRow row) => Enum.TryParse<AlertState>(row.FindString("state"), out var state)
        ? new Alert(
            row.FindString("rule")!,
            row.FindString("subject")!,
            state,
            row.FindTime("since")!.Value,
            (double)row.Values["value"],
            Enum.TryParse<AlertSeverity>(row.FindString("severity"), out var severity) ? severity : AlertSeverity.Critical)
        {
            Episode = row.FindString("episode") ?? "",
            IsTold = row.GetBoolean("told"),
            ETag = row.ETag,
        }
        : null;

    /// <summary>A subject as it is kept: names are short, but strangers may have chosen them.</summary>
    public static string SubjectOf(string name) => name.AtMost(MaxSubjectChars);

    public TableRow ToRow() => new(Partition, RowKey, new Dictionary<string, object>
    {
        ["rule"] = Rule,
        ["subject"] = Subject,
        ["state"] = State.ToString(),
        ["since"] = Since,
        ["value"] = Value,
        ["severity"] = Severity.ToString(),
        ["episode"] = Episode,
        ["told"] = IsTold,
    });
}
