namespace Celerity.Stages.Outputs;

/// <summary>What is known of a stage's output as a whole, once it is listed.</summary>
/// <param name="Format">How it is written.</param>
/// <param name="Columns">Its columns; none of NDJSON.</param>
/// <param name="Types">Their types, by full name; none of NDJSON.</param>
/// <param name="Pages">How many pages the list has.</param>
/// <param name="ChunksPerPage">How many chunks of the stage a page is of.</param>
/// <param name="Output">The name of what was written.</param>
/// <param name="Rejects">The name of what was rejected.</param>
internal sealed record OutputHead(DatasetFormat Format, IReadOnlyList<string> Columns, IReadOnlyList<string> Types, int Pages, int ChunksPerPage, string Output, string Rejects)
{
    public DatasetFormat FormatOf(OutputName name) => name.IsRejects ? DatasetFormat.Ndjson : Format;

    public IReadOnlyList<string> ColumnsOf(OutputName name) => name.IsRejects ? [] : Columns;
}
