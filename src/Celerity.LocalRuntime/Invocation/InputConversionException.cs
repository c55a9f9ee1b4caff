namespace Celerity.LocalRuntime.Invocation;

/// <summary>One parameter could not be bound; collected into one error for the whole invocation.</summary>
internal sealed class InputConversionException(string message, Exception? innerException) : Exception(message, innerException);
