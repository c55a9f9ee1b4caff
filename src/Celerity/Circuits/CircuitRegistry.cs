using Celerity.Tasks;
using Microsoft.Extensions.Configuration;

namespace Celerity.Circuits;

/// <summary>What circuits are set to. Filled while the app is set up; a circuit without a section has the defaults.</summary>
internal sealed class CircuitRegistry
{
    private static readonly CircuitOptions Defaults = new();

    private List<(IConfigurationSection Section, CircuitOptions Options)> _sections = [];

    /// <summary>Takes settings from configuration.</summary>
    /// <exception cref="CelerityException">CEL0308: a setting is unknown or out of range.</exception>
    public void Use(IConfiguration configuration) =>
        _sections = [.. configuration.GetSection(CircuitSettings.Section).GetChildren().Select(section => (section, CircuitSettings.Read(section)))];

    public CircuitOptions OptionsOf(string name) =>
        _sections.Find(circuit => TaskRegistry.IsSectionOf(circuit.Section, name)).Options ?? Defaults;

    /// <summary>Checks what can be checked only once all tasks have been added.</summary>
    /// <exception cref="CelerityException">CEL0260: a section sets a circuit that neither a task nor a stage names.</exception>
    public void Check(TaskRegistry tasks)
    {
        var known = tasks.KnownCircuits;
        if (_sections.Find(circuit => !known.Any(name => TaskRegistry.IsSectionOf(circuit.Section, name))).Section is { } unknown)
        {
            throw new CelerityException(
                ErrorCodes.UnknownCircuit,
                $"{unknown.Path} sets a circuit that neither a task nor a stage names. They name {(known.Count == 0 ? "none" : string.Join(", ", known))}. "
                + $"Correct the name, remove the section, or set {nameof(CelerityTaskOptions.Circuit)} of a task.");
        }
    }
}
