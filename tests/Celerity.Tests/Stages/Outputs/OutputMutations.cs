using System.Text.RegularExpressions;
using Celerity.Stages.Outputs;
using Celerity.Storage;
using Celerity.Tests.Protocol;
using Celerity.Tests.Tasks.Model;

namespace Celerity.Tests.Stages.Outputs;

/// <summary>One mutation for each rule of outputs in <c>docs/stages.md</c>.</summary>
internal static partial class OutputMutations
{
    /// <summary>O1: all passes of a slice write one blob.</summary>
    public static StageMutation WritesOneBlob() => Blobs(blobs => new AlteredBlobs(blobs) { Name = name => PassId().Replace(name, "") });

    /// <summary>O2: an output is another one in each generation.</summary>
    public static StageMutation ComparesGenerations() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            Insert = (inner, table, row) => inner.TryInsertAsync(
                table,
                row.FindString("asked") is { } asked && row.FindString("source")!.Contains("/output/", StringComparison.Ordinal)
                    ? row with { Values = new Dictionary<string, object>(row.Values) { ["asked"] = $"{asked}{row.GetInt32("generation")}" } }
                    : row,
                CancellationToken.None),
        },
    };

    /// <summary>O3: a row does not tell in which form its chunk was written.</summary>
    public static StageMutation ForgetsTheForm() => new()
    {
        Tables = tables => new AlteredTables(tables)
        {
            Query = (inner, table, query) => inner.QueryAsync(table, query, CancellationToken.None).Select(row => row.FindString("output") is { } output
                ? row with { Values = new Dictionary<string, object>(row.Values) { ["output"] = output.Replace(MarkOf(DatasetFormat.Ndjson), MarkOf(DatasetFormat.Csv), StringComparison.Ordinal) } }
                : row),
        },
    };

    /// <summary>O4: a merged file does not say of what it was made.</summary>
    public static StageMutation ForgetsTheOwner() => Blobs(blobs => new AlteredBlobs(blobs) { Facts = (_, facts) => facts is null ? null : facts with { Owner = null } });

    /// <summary>O5: a merge goes over whatever is there.</summary>
    public static StageMutation MergesBlindly() =>
        Blobs(blobs => new AlteredBlobs(blobs) { Facts = (name, facts) => name == "merged" ? null : facts, CommitsBlindly = true });

    private static string MarkOf(DatasetFormat format) => OutputForm.Of(typeof(NumberRecord), format, "T").Mark;

    private static StageMutation Blobs(Func<IBlobStore, IBlobStore> alter) => new() { Services = services => StageMutation.Decorate(services, alter) };

    [GeneratedRegex("-[0-9a-f]{32}")]
    private static partial Regex PassId();
}
