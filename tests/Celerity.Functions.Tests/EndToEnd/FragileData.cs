using System.Security.Cryptography;
using System.Text;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>A small dataset for <c>Celerity.FragileApp</c> in which chunks take every way that there is, so that one run makes every kind of call.</summary>
internal static class FragileData
{
    public const string Blob = "fragile.csv";

    /// <summary>The name of a dataset for two stages, of which the first writes what the second reads.</summary>
    public const string SmallBlob = "small.csv";

    /// <summary>How many records that has.</summary>
    public const int SmallRecords = 18;

    /// <summary>The name of a dataset of which one chunk dies.</summary>
    public const string DeadBlob = "dead.csv";

    /// <summary>The name of a dataset of which one chunk waits to be let go.</summary>
    public const string WaitBlob = "wait.csv";

    /// <summary>Two ledger pages, three slices; the last one is let through by the end of the first.</summary>
    public const int Chunks = 34;

    private const int RejectedValue = 5;
    private const int RecordsPerChunk = 2;
    private const int ChunkThatFailsOnce = 20;
    private const int ChunkWithARejectedRecord = 25;
    private const int ChunkWithALargeResult = 32;
    private const int ChunkThatFails = 33;

    public static IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>
    {
        ["Celerity__Stages__ChunksPerSlice"] = "16",
        ["Celerity__Stages__ChunksPerPage"] = "32",
        ["Celerity__Stages__MaxInFlightChunks"] = "32",
    };

    public static object Request { get; } = new
    {
        source = new { container = "datasets", blob = Blob, chunkSize = RecordsPerChunk },
        tolerance = new { failedChunks = 1, rejectedRecords = 1 },
    };

    /// <summary>Makes the request of a small dataset.</summary>
    public static object RequestOf(string blob, int chunkSize = 1) => new
    {
        source = new { container = "datasets", blob, chunkSize },
        tolerance = new { failedChunks = 1, rejectedRecords = 1 },
    };

    /// <summary>Two slices of records, one of which is rejected.</summary>
    public static string SmallCsv() => "value,note\n" + string.Concat(Enumerable.Range(1, SmallRecords).Select(value => $"{value},{(value == RejectedValue ? "rejected" : "")}\n"));

    /// <summary>What is written of these.</summary>
    public static string SmallOutput { get; } = "value,note\n" + string.Concat(Enumerable.Range(1, SmallRecords).Where(value => value != RejectedValue).Select(value => $"{value},\"\"\n"));

    /// <summary>A chunk that dies, one with a rejected record, one that ends well, large.</summary>
    public static string DeadCsv() => $"value,note\n1,fails\n2,rejected\n3,{Noise(3000)}\n";

    /// <summary>One slice, in which a chunk runs for as long as a test wants.</summary>
    public static string WaitCsv() => "value,note\n1,\n2,waits\n3,\n4,\n";

    public static string Csv()
    {
        var csv = new StringBuilder("value,note\n");
        for (var record = 0; record < Chunks * RecordsPerChunk; record++)
        {
            csv.Append(FormattableString.Invariant($"{record},{(record % RecordsPerChunk == 0 ? NoteOf(record / RecordsPerChunk) : "")}\n"));
        }

        return csv.ToString();
    }

    /// <summary>Makes a text of so many times 44 characters that cannot be packed: only so is it too large for a row or a message.</summary>
    public static string Noise(int parts) =>
        string.Concat(Enumerable.Range(0, parts).Select(number => Convert.ToBase64String(SHA256.HashData(BitConverter.GetBytes(number)))));

    private static string NoteOf(int chunk) => chunk switch
    {
        ChunkThatFailsOnce => "fails once",
        ChunkWithARejectedRecord => "rejected",
        ChunkWithALargeResult => Noise(3000),
        ChunkThatFails => "fails",
        _ => "",
    };

}
