namespace Celerity.Functions.Dashboard;

/// <summary>One file of the dashboard.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="ContentType">What it is.</param>
/// <param name="ETag">Its version, in quotes: a hash of its bytes.</param>
/// <param name="IsImmutable">Whether its name changes with its content, so that a browser may keep it for ever.</param>
internal sealed record DashboardFile(byte[] Content, string ContentType, string ETag, bool IsImmutable);
