namespace Celerity.LocalRuntime.Emulator;

/// <summary>The storage emulator cannot run here; the message is one line that says what is missing and how to get it.</summary>
public sealed class EmulatorMissingException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is missing, and the command or page that brings it.</param>
    /// <param name="innerException">What was thrown, where something was.</param>
    public EmulatorMissingException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
