namespace Celerity.Stages;

/// <summary>The app's stages by name.</summary>
internal sealed class StageRegistry
{
    private readonly Dictionary<string, IStageRunner> _stages = new(StringComparer.Ordinal);

    public StageRegistry(IEnumerable<IStageRunner> stages)
    {
        foreach (var stage in stages)
        {
            if (!_stages.TryAdd(stage.Name, stage))
            {
                throw new CelerityException(ErrorCodes.DuplicateStage, $"Two stages are named '{stage.Name}'. Rename one of the types.");
            }
        }
    }

    /// <summary>The name of a stage type: messages and ledgers carry it.</summary>
    public static string NameOf(Type stage) => stage.Name;

    public IStageRunner? Find(string name) => _stages.GetValueOrDefault(name);

    /// <exception cref="CelerityException">CEL0314: the app has no such stage.</exception>
    public IStageRunner Get(string name) => Find(name) ?? throw new CelerityException(
        ErrorCodes.UnknownStage,
        $"There is no stage '{name}'. Register it with AddStage<{name}>(); registered are: {string.Join(", ", _stages.Keys.Order())}.");
}
