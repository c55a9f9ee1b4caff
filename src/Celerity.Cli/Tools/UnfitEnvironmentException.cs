namespace Celerity.Cli.Tools;

/// <summary>This machine lacks something the command needs; the message is one line that says what, and how to get it.</summary>
internal sealed class UnfitEnvironmentException(string message, Exception? innerException = null) : Exception(message, innerException);
