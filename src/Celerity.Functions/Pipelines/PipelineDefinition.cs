namespace Celerity.Functions.Pipelines;

/// <summary>One pipeline of the app.</summary>
/// <param name="Name">The name in its URL.</param>
/// <param name="Function">Its orchestrator function.</param>
/// <param name="RequestType">What the POST's body is read into, or <see langword="null"/> where it takes none.</param>
/// <param name="FirstStage">The stage whose columns the dataset is checked against, or <see langword="null"/>.</param>
/// <param name="TimeLimit">How long a run may take, or <see langword="null"/>.</param>
internal sealed record PipelineDefinition(string Name, string Function, Type? RequestType, string? FirstStage, TimeSpan? TimeLimit);
