namespace Celerity;

/// <summary>What an exception of a type means for a task.</summary>
internal sealed record ErrorRule(Type Exception, ErrorCategory Category);
