namespace Microsoft.DurableTask.Client;

/// <summary>How an instance is terminated. Sub-orchestrations go on, as under the Functions host.</summary>
public record TerminateInstanceOptions(object? Output = null, bool Recursive = false);
