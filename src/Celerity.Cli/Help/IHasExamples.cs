namespace Celerity.Cli.Help;

/// <summary>A command whose help teaches by example.</summary>
internal interface IHasExamples
{
    /// <summary>Gets command lines that work as they stand, and what they do.</summary>
    IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; }
}
