using Celerity.Stages.Outputs;

namespace Celerity.Stages;

/// <summary>A stage of the user's without its type parameters.</summary>
internal interface IStageRunner
{
    string Name { get; }

    IReadOnlyList<string> RequiredColumns { get; }

    ChunkRetry Retry { get; }

    object Empty();

    /// <summary>Gets how it writes records; <see langword="null"/> where it has a result instead.</summary>
    OutputForm? Form => null;

    /// <summary>Processes a chunk.</summary>
    /// <param name="records">Its records.</param>
    /// <param name="output">Takes what it writes, where it has a <see cref="Form"/>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    ValueTask<object> ProcessAsync(RecordReader records, ChunkOutput? output, CancellationToken cancellationToken);

    object Combine(object left, object right);

    /// <summary>Writes a partial result as JSON: the form in which it is kept and joined, so that it is the same wherever it was made.</summary>
    byte[] Write(object partial);

    object Read(byte[] partial);

    /// <summary>Makes the stage's result, as JSON.</summary>
    string Finish(object total);
}
