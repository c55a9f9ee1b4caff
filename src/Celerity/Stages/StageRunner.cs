using System.Text.Json;
using Celerity.Stages.Outputs;

namespace Celerity.Stages;

/// <inheritdoc cref="IStageRunner"/>
internal sealed class StageRunner<TPartial, TResult>(string name, IStage<TPartial, TResult> stage) : IStageRunner
{
    public string Name => name;

    public IReadOnlyList<string> RequiredColumns => stage.RequiredColumns;

    public ChunkRetry Retry => stage.Retry;

    public object Empty() => Run<object>(nameof(Empty), () => stage.Empty()!);

    public async ValueTask<object> ProcessAsync(RecordReader records, ChunkOutput? output, CancellationToken cancellationToken) =>
        (await stage.ProcessAsync(records, cancellationToken).ConfigureAwait(false))!;

    public object Combine(object left, object right) => Run<object>(nameof(Combine), () => stage.Combine((TPartial)left, (TPartial)right)!);

    public byte[] Write(object partial) => Run(nameof(Write), () => JsonSerializer.SerializeToUtf8Bytes((TPartial)partial, CelerityJson.Options));

    public object Read(byte[] partial) => Run<object>(nameof(Read), () => JsonSerializer.Deserialize<TPartial>(partial, CelerityJson.Options)!);

    public string Finish(object total) => Run(nameof(Finish), () => CelerityJson.Write(stage.Finish((TPartial)total)));

    // What the user's code throws here will be thrown again however often it is tried: a coded failure, not a fault to be retried.
    private T Run<T>(string method, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception exception)
        {
            throw new CelerityException(
                ErrorCodes.StageCodeFailed, $"{name}.{method} threw {exception.GetType().FullName}: {exception.Message}", exception);
        }
    }
}
