using Celerity.Storage;

namespace Celerity.Stages.Outputs;

/// <summary>Names what a stage wrote, or rejected, as <see cref="DatasetSource.Output"/> does: <c>{run}.g{generation}.s{stage}/{output or rejects}/{version}</c>.</summary>
/// <param name="Key">The stage, in the generation that listed it.</param>
/// <param name="IsRejects">Whether it is what was rejected.</param>
/// <param name="Version">A hash of the list of pieces: two generations with the same pieces have the same.</param>
internal sealed record OutputName(StageKey Key, bool IsRejects, string Version)
{
    private const int VersionLength = 32;

    /// <summary>Gets the container that holds it.</summary>
    public string Container => IsRejects ? StorageNames.RejectsContainer : StorageNames.OutputsContainer;

    /// <exception cref="CelerityException">CEL0308: it is no such name.</exception>
    public static OutputName Parse(string text) =>
        text.Split('/') is [var stage, ("output" or "rejects") and var kind, { Length: VersionLength } version]
        && version.All(char.IsAsciiHexDigitLower) && StageKey.TryParse(stage) is { } key
            ? new OutputName(key, kind == "rejects", version)
            : throw new CelerityException(
                ErrorCodes.SettingOutOfRange, "source.output is no name of a stage's output. Take it from what RunStageAsync returned, or from a run's stages.");

    /// <summary>The dataset as it is compared from one generation to the next: what has the same version is the same, whichever generation listed it.</summary>
    public static DatasetSource WithoutGeneration(DatasetSource source)
    {
        if (source.Output is not { } output)
        {
            return source;
        }

        var name = Parse(output);
        return source with { Output = (name with { Key = name.Key with { Generation = 0 } }).ToString() };
    }

    public override string ToString() => $"{Key}/{(IsRejects ? "rejects" : "output")}/{Version}";
}
