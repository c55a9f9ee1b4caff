namespace Microsoft.DurableTask.Client;

/// <summary>Gives out clients by name.</summary>
public interface IDurableTaskClientProvider
{
    DurableTaskClient GetClient(string? name = null);
}
