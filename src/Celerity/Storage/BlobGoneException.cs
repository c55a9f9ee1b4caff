namespace Celerity.Storage;

/// <summary>A blob that was there is missing or has changed since.</summary>
internal sealed class BlobGoneException(string container, string name)
    : Exception($"The blob '{container}/{name}' is missing or was changed while it was being read.");
