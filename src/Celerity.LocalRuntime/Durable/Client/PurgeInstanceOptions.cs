namespace Microsoft.DurableTask.Client;

/// <summary>How an instance is deleted. Sub-orchestrations are left alone, as by the Functions host.</summary>
public record PurgeInstanceOptions(bool Recursive = false);
