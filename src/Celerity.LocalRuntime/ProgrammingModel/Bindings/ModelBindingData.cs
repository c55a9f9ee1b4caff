namespace Microsoft.Azure.Functions.Worker.Core;

/// <summary>A binding's value that converters turn into what a function declares.</summary>
public abstract class ModelBindingData
{
    public abstract string Version { get; }

    public abstract string Source { get; }

    public abstract BinaryData Content { get; }

    public abstract string ContentType { get; }
}
