namespace Celerity.Wire;

/// <summary>A message that is not what it should be. Never leaves <see cref="MessageCodec"/>.</summary>
internal sealed class WireFormatException(string reason) : Exception(reason);
