namespace Celerity.Maintenance;

/// <summary>Something that the maintenance timer does every minute, on one instance at a time. A step that fails is tried again the next minute.</summary>
internal interface IMaintenanceStep
{
    /// <summary>Does what is to be done now, in a bounded number of requests.</summary>
    ValueTask RunAsync(CancellationToken cancellationToken);
}
