namespace Celerity.Cli;

/// <summary>The command line is wrong in a way that only shows when it runs; the message is a sentence for people.</summary>
internal sealed class WrongUsageException(string message) : Exception(message);
