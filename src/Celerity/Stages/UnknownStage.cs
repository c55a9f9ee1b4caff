using Celerity.Stages.Outputs;

namespace Celerity.Stages;

/// <summary>Stands for a stage that this app does not have: its chunks fail with a clear cause rather than go round for ever.</summary>
internal sealed class UnknownStage(string name) : IStageRunner
{
    public string Name => name;

    public IReadOnlyList<string> RequiredColumns => [];

    public ChunkRetry Retry => ChunkRetry.Default;

    public object Empty() => throw Unknown();

    public ValueTask<object> ProcessAsync(RecordReader records, ChunkOutput? output, CancellationToken cancellationToken) => throw Unknown();

    public object Combine(object left, object right) => throw Unknown();

    public byte[] Write(object partial) => throw Unknown();

    public object Read(byte[] partial) => throw Unknown();

    public string Finish(object total) => throw Unknown();

    private CelerityException Unknown() => new(
        ErrorCodes.UnknownStage, $"This app has no stage '{name}'. Deploy one that has it, or start the run anew.");
}
