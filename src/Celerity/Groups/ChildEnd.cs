using System.Globalization;
using System.Text;
using Celerity.Handover;
using Celerity.Storage;

namespace Celerity.Groups;

/// <summary>How one task of a group ended: a ledger row. It is inserted once and never changes.</summary>
/// <param name="Index">Its place in the group.</param>
/// <param name="TaskId">Its id; of a chain the last link's.</param>
/// <param name="State">How it ended.</param>
internal sealed record ChildEnd(int Index, string TaskId, TaskState State)
{
    public const string StateColumn = "state";

    // A transaction of 100 rows stays far below the service's 4 MiB.
    private const int MaxRowBytes = 8 * 1024;

    /// <summary>Gets the result as JSON, where it is small; what is larger is read from the task's own row.</summary>
    public byte[]? Result { get; init; }

    /// <summary>Gets whether the result is too large for this row.</summary>
    public bool IsElsewhere { get; init; }

    public ErrorCategory? Category { get; init; }

    public string? Reason { get; init; }

    public bool IsFailure => ChainEffect.IsFailure(State);

    public static ChildEnd Of(int index, string taskId, ControlRow ended)
    {
        var result = ended.State == TaskState.Succeeded && ended.Ending!.Result is { } json ? Encoding.UTF8.GetBytes(json) : null;
        var isElsewhere = ended.State == TaskState.Succeeded && (ended.Ending!.ResultBlob is not null || result?.Length > MaxRowBytes);
        return new ChildEnd(index, taskId, ended.State)
        {
            Result = isElsewhere ? null : result,
            IsElsewhere = isElsewhere,
            Category = ended.Ending!.Category,
            Reason = ended.Ending.Reason,
        };
    }

    public static string RowKeyOf(int index) => index.ToString("D8", CultureInfo.InvariantCulture);

    public static ChildEnd From(TableRow row) => new(
        int.Parse(row.RowKey, CultureInfo.InvariantCulture), row.FindString("id") ?? "", Enum.Parse<TaskState>(row.FindString(StateColumn)!))
    {
        Result = row.FindBytes("result"),
        IsElsewhere = row.GetBoolean("elsewhere"),
        Category = row.FindString("category") is { } category ? Enum.Parse<ErrorCategory>(category) : null,
        Reason = row.FindString("reason"),
    };

    public TableRow ToRow(string group)
    {
        var values = new Dictionary<string, object> { ["id"] = TaskId, [StateColumn] = State.ToString() };
        values.AddIfPresent("result", Result);
        values.AddIfPresent("elsewhere", IsElsewhere ? true : null);
        values.AddIfPresent("category", Category?.ToString());
        values.AddIfPresent("reason", Reason);
        return new TableRow(GroupKeys.Page(group, GroupKeys.PageOf(Index)), RowKeyOf(Index), values);
    }
}
