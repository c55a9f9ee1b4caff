namespace Celerity.Tests.Stages.Outputs;

/// <summary>Collects the lines of NDJSON.</summary>
internal sealed class LinesStage : IStage<IReadOnlyList<string>, IReadOnlyList<string>>
{
    public IReadOnlyList<string> Empty() => [];

    public ValueTask<IReadOnlyList<string>> ProcessAsync(RecordReader records, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        while (records.Read())
        {
            lines.Add(records.GetText(0).ToString());
        }

        return ValueTask.FromResult<IReadOnlyList<string>>(lines);
    }

    public IReadOnlyList<string> Combine(IReadOnlyList<string> left, IReadOnlyList<string> right) => [.. left, .. right];

    public IReadOnlyList<string> Finish(IReadOnlyList<string> total) => total;
}
