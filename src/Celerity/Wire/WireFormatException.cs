namespace Celerity.Wire;

/// <summary>A message that is not what it should be. Never leaves <see cref="MessageCodec"/>.</summary>
internal sealed class WireFormatException(string reason, string code = ErrorCodes.MessageUnreadable) : Exception(reason)
{
    /// <summary>Gets the code of <c>docs/errors.md</c>.</summary>
    public string Code => code;
}
