using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Celerity.Handover;
using Celerity.Retry;
using Celerity.Stages.Planning;
using Celerity.Storage;
using Celerity.Wire;

namespace Celerity.Stages.Slices;

/// <summary>The message that carries a slice, or one chunk of it that goes its own way. Never the records themselves.</summary>
internal sealed record SliceMessage
{
    public int V { get; init; } = 1;

    public required string Run { get; init; }

    public required int Generation { get; init; }

    public required int Stage { get; init; }

    /// <summary>Gets the stage type's name.</summary>
    public required string Name { get; init; }

    public required int First { get; init; }

    public required int Last { get; init; }

    public required DatasetSource Source { get; init; }

    /// <summary>Gets the version of the dataset that was planned.</summary>
    public required string ETag { get; init; }

    /// <summary>Gets the dataset's length in bytes.</summary>
    public required long Length { get; init; }

    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>Gets where the chunks lie, from <see cref="First"/> to <see cref="Last"/>.</summary>
    public required IReadOnlyList<ChunkEntry> Chunks { get; init; }

    public required StageLayout Layout { get; init; }

    /// <summary>Gets how many slices are published ahead.</summary>
    public required int Window { get; init; }

    /// <summary>Gets the generation that cut the dataset, where that is not the slice's own; 0 otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int PlannedIn { get; init; }

    /// <summary>Gets whether it is not among the first slices of its stage, so that those of other runs pass it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsBulk { get; init; }

    /// <summary>Gets the attempt that this delivery makes, 1 on the first.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Gets how often the chunk was handed over; 0 on a slice.</summary>
    public int Seq { get; init; }

    /// <summary>Gets the id of this hand-over.</summary>
    public required string Delivery { get; init; }

    /// <summary>Gets how often the process died while it ran this chunk; on a slice that waited, how many deliveries before this message may have been broken off.</summary>
    public int Crashes { get; init; }

    /// <summary>Gets the instants that are reserved of the stage's rate limit, for the next chunks in their order.</summary>
    public IReadOnlyList<DateTimeOffset> Starts { get; init; } = [];

    /// <summary>Gets whether it may have been published before: what has ended is looked up first.</summary>
    public bool Again { get; init; }

    /// <summary>Gets the chunk's failed attempts so far; on the queue without stacks, the first and as many of the latest as there is room for.</summary>
    public IReadOnlyList<FailureRecord> Failures { get; init; } = [];

    public string? Traceparent { get; init; }

    public StageKey Key() => new(Run, Generation, Stage);

    /// <summary>The stage beside whose manifest the list of blobs and their copies lie.</summary>
    public StageKey ManifestKey() => new(Run, PlannedIn > 0 ? PlannedIn : Generation, Stage);

    /// <summary>Gets whether this is a slice as it was published, rather than a chunk that left it.</summary>
    public bool IsSlice() => Seq == 0;

    /// <summary>The queue that it travels on, chunks that leave it too.</summary>
    public string Queue() => IsBulk ? StorageNames.BulkQueue : StorageNames.ChunksQueue;

    /// <summary>Makes the message of one of its chunks, with the same standing.</summary>
    public SliceMessage ForChunk(int chunk) => this with { First = chunk, Last = chunk, Chunks = [Chunks[chunk - First]], Starts = [] };

    /// <summary>Gives a chunk's message the standing of its control row, which knows more than the message could hold.</summary>
    public SliceMessage As(ControlRow row) => this with { Seq = row.Seq, Attempt = row.Attempt, Crashes = row.Crashes, Failures = row.Failures };

    public string Encode() => CelerityJson.Write(this);

    /// <summary>Reads a message: plain JSON or base64 of it.</summary>
    /// <returns>The message, or <see langword="null"/> and the reason.</returns>
    public static SliceMessage? TryDecode(string body, out string? reason)
    {
        try
        {
            var json = MessageCodec.ToJson(Encoding.UTF8.GetBytes(body));
            var message = JsonSerializer.Deserialize<SliceMessage>(json.Span, CelerityJson.Options) ?? throw new JsonException("it is null");
            reason = message.FindFault();
            return reason is null ? message : null;
        }
        catch (Exception exception) when (exception is JsonException or WireFormatException)
        {
            reason = exception.Message;
            return null;
        }
    }

    private static bool Lies(ChunkEntry chunk, long length) =>
        chunk.Offset >= 0 && chunk.Length >= 0 && chunk.Offset <= length && chunk.Length <= length - chunk.Offset;

    // A stranger may write to the queue: nothing in a message may lead outside of its own run.
    private string? FindFault()
    {
        if (V != 1)
        {
            return $"it has version {V}; this app reads version 1";
        }

        if (Run is null || Name is null || Source is not { Container: not null, Blob: not null } || ETag is null || Delivery is null || Layout is null
            || Columns?.Contains(null!) != false || Chunks is null || Failures?.Contains(null!) != false)
        {
            return "it lacks one of its members";
        }

        if (!Runs.RunKey.IsId(Run) || Generation < 1 || Stage < 1)
        {
            return "it names no run, generation or stage";
        }

        if (Layout.ChunkCount > StageLayout.MaxChunkCount || Layout.ChunksPerSlice is < 1 or > StageLayout.MaxChunksPerSlice
            || Layout.ChunksPerPage < Layout.ChunksPerSlice || Layout.ChunksPerPage > StageLayout.MaxChunkCount || Window is < 1 or > StageLayout.MaxChunkCount)
        {
            return "its layout is out of range";
        }

        if (First < 0 || Last >= Layout.ChunkCount || First > Last || Chunks.Count != Last - First + 1 || Layout.SliceOf(First) != Layout.SliceOf(Last))
        {
            return $"its chunks {First} to {Last} are no slice of {Layout.ChunkCount}";
        }

        if (Seq < 0 || Attempt < 1 || Crashes < 0)
        {
            return "its seq, attempt or crashes is out of range";
        }

        if (Starts is null || Starts.Count > StageLayout.MaxChunksPerSlice)
        {
            return $"its starts are not 0 to {StageLayout.MaxChunksPerSlice}";
        }

        if (Source.ChunkSource is not null && Chunks.Any(chunk => chunk.Range is not { Length: > 0 and <= IChunkSource.MaxRangeLength }))
        {
            return "its chunks have no ranges";
        }

        if (Chunks.Any(chunk => !Lies(chunk, chunk.Blob?.Length ?? Length) || chunk.Blob is { Number: < 1 } or { ListOffset: < 0 }))
        {
            return $"its chunks lie outside of a dataset of {Length} bytes, or of their blobs";
        }

        return null;
    }
}
