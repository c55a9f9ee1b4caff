namespace Celerity.Tests.Stages.Outputs;

/// <summary>What <see cref="NumberTransform"/> writes.</summary>
public sealed record NumberRecord(int N, string? Text);
