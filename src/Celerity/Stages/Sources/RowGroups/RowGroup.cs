namespace Celerity.Stages.Sources.RowGroups;

/// <summary>The rows of a row group, in the columns that were asked for.</summary>
internal sealed record RowGroup(int Rows, IReadOnlyList<RowGroupColumn> Columns);
