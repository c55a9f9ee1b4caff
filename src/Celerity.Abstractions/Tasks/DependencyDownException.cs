namespace Celerity;

/// <summary>What the task needs is down, for certain: its circuit opens at once, and the task is held at no attempt.</summary>
/// <remarks>
/// For a task that names no <see cref="CelerityTaskAttribute.Circuit"/>, or whose circuit is forced closed, it is a failed attempt like any other
/// that passes.
/// </remarks>
/// <param name="message">What is down, and how that showed.</param>
/// <param name="innerException">What was thrown, or <see langword="null"/>.</param>
public sealed class DependencyDownException(string message, Exception? innerException = null) : Exception(message, innerException);
