using Celerity.Storage;

namespace Celerity.DeadLetters;

/// <summary>A group in the list of groups: its figures as they were a while ago.</summary>
/// <param name="Figures">The figures.</param>
/// <param name="ActiveUntil">Until when its letters may change without another word here.</param>
/// <param name="CountedAt">When the figures were read.</param>
/// <param name="CleanedAt">When letters that are kept no longer were last looked for.</param>
internal sealed record GroupEntry(GroupFigures Figures, DateTimeOffset ActiveUntil, DateTimeOffset CountedAt, DateTimeOffset CleanedAt)
{
    public const string Partition = "groups";

    public string ETag { get; init; } = "";

    public static GroupEntry From(TableRow row) => new(
        GroupFigures.From(row, row.RowKey), row.FindTime("activeUntil")!.Value, row.FindTime("countedAt")!.Value, row.FindTime("cleanedAt")!.Value)
    { ETag = row.ETag };

    public TableRow ToTableRow()
    {
        var values = Figures.ToValues();
        values["activeUntil"] = ActiveUntil;
        values["countedAt"] = CountedAt;
        values["cleanedAt"] = CleanedAt;
        return new TableRow(Partition, Figures.Group, values) { ETag = ETag };
    }
}
