using System.Reflection;
using Celerity.Tasks;
using Microsoft.Extensions.Configuration;

namespace Celerity.Stages;

/// <summary>What limits the app's stages: read and checked as the settings of tasks are. Filled while the app is set up.</summary>
internal sealed class StageLimits
{
    private readonly Dictionary<string, TaskSettings> _stages = new(StringComparer.OrdinalIgnoreCase);
    private IConfiguration? _configuration;
    private TimeSpan? _longestTimeLimit;

    /// <summary>Gets the circuits that stages need.</summary>
    public IEnumerable<string> Circuits => _stages.Values.Select(stage => stage.Circuit).OfType<string>();

    /// <summary>Takes settings from configuration, and the host's limit for a function. Before stages are added.</summary>
    public void Use(IConfiguration configuration, TimeSpan? longestTimeLimit) => (_configuration, _longestTimeLimit) = (configuration, longestTimeLimit);

    /// <summary>Adds a stage.</summary>
    /// <exception cref="CelerityException">CEL0205, CEL0308: its attribute or its section of configuration holds a value out of range.</exception>
    public void Add(Type stage)
    {
        var name = StageRegistry.NameOf(stage);
        var options = TaskOptionsSource.ReadStage(stage, stage.GetCustomAttribute<CelerityStageAttribute>(inherit: false) ?? new CelerityStageAttribute());
        if (Sections().FirstOrDefault(section => TaskRegistry.IsSectionOf(section, name)) is { } section)
        {
            TaskOptionsSource.ApplyStage(section, options);
        }

        options.TimeLimit = _longestTimeLimit is { } longest && longest < options.TimeLimit ? longest : options.TimeLimit;
        _stages[name] = TaskSettings.From(LimitNameOf(name), options);
    }

    /// <summary>What limits a stage; one that is not known has the limits of a class without the attribute.</summary>
    public TaskSettings Of(string stage) => _stages.TryGetValue(stage, out var settings)
        ? settings
        : TaskSettings.From(LimitNameOf(stage), TaskOptionsSource.ReadStage(typeof(UnknownStage), new CelerityStageAttribute()));

    /// <summary>The stages that need a circuit, by name.</summary>
    public IEnumerable<string> StagesOf(string circuit) =>
        _stages.Where(stage => string.Equals(stage.Value.Circuit, circuit, StringComparison.OrdinalIgnoreCase)).Select(stage => stage.Key).Order(StringComparer.Ordinal);

    /// <summary>Checks what can be checked only once all stages have been added.</summary>
    /// <exception cref="CelerityException">CEL0314: a section sets a stage that is not known.</exception>
    public void Check()
    {
        if (Sections().FirstOrDefault(section => !_stages.Keys.Any(name => TaskRegistry.IsSectionOf(section, name))) is { } unknown)
        {
            throw new CelerityException(
                ErrorCodes.UnknownStage,
                $"{unknown.Path} sets a stage that this app does not have. It has {string.Join(", ", _stages.Keys.Order(StringComparer.Ordinal).DefaultIfEmpty("none"))}. "
                + "Correct the name or remove the section.");
        }
    }

    // No task has a colon in its name, so a task and a stage of one name share no limit.
    private static string LimitNameOf(string stage) => $"stage:{stage}";

    // Beside the settings of all stages, which have values and no sections.
    private IEnumerable<IConfigurationSection> Sections() =>
        _configuration?.GetSection("Celerity:Stages").GetChildren().Where(section => section.Value is null) ?? [];
}
