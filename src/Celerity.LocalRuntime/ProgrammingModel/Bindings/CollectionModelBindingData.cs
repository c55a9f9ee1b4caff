namespace Microsoft.Azure.Functions.Worker.Core;

/// <summary>Several values of one binding.</summary>
public abstract class CollectionModelBindingData
{
    public abstract ModelBindingData[] ModelBindingData { get; }
}
