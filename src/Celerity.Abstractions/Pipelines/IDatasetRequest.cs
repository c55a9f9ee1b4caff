namespace Celerity;

/// <summary>A pipeline's request that names a dataset. It is checked before the run begins.</summary>
public interface IDatasetRequest
{
    /// <summary>Gets the dataset.</summary>
    DatasetSource Source { get; }
}
