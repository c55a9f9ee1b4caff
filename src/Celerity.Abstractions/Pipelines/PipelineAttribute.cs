namespace Celerity;

/// <summary>Gives an orchestrator method the name under which <c>POST /api/pipelines/{name}</c> starts it.</summary>
/// <param name="name">1 to 60 lower-case letters, digits and dashes; unique in the app.</param>
/// <remarks>The method also carries <c>[Function]</c>; its second parameter is the request, read from the POST's JSON body.</remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PipelineAttribute(string name) : Attribute
{
    /// <summary>Gets the name.</summary>
    public string Name { get; } = name;

    /// <summary>Gets or sets the stage that reads the request's dataset first, so that a dataset it cannot read is refused before a run begins.</summary>
    /// <value>A stage type, or <see langword="null"/> (the default) to find out when the stage plans.</value>
    public Type? FirstStage { get; set; }

    /// <summary>Gets or sets how long a run may take, from when it is asked for: what has not ended by then fails (CEL0361). A start may say otherwise.</summary>
    /// <value>An ISO 8601 duration such as <c>PT2H</c> or <c>P1DT12H</c>, 1 second to 365 days; <see langword="null"/> (the default) for as long as it takes.</value>
    public string? Deadline { get; set; }
}
