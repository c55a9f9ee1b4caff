namespace Celerity.Compositions;

/// <summary>An approval to wait for.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DeadlineAt">When nobody is waited for any more.</param>
internal sealed record AwaitedApproval(string Name, DateTimeOffset DeadlineAt);
