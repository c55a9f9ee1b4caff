namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>Where a process is killed.</summary>
/// <param name="Work">The work that it does.</param>
/// <param name="Point">The call and the moment, <c>GET /path|2|before</c>.</param>
internal sealed record Kill(string Work, string Point)
{
    public override string ToString() => $"{Work}: {Point}";
}
