namespace Celerity.Storage;

/// <summary>Makes the queues, tables and containers of <see cref="StorageNames"/>.</summary>
internal interface IStorageSetup
{
    /// <summary>Creates what is missing; what is there is left as it is. Throws where the service cannot be reached or refuses.</summary>
    ValueTask EnsureAsync(CancellationToken cancellationToken);
}
