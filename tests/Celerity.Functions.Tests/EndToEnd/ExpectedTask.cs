namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>How the tasks of a mark must end.</summary>
/// <param name="Mark">The mark.</param>
/// <param name="By">The request that has sent it.</param>
/// <param name="State">Its end.</param>
/// <param name="Text">Its result.</param>
/// <param name="Attempts">Its last attempt.</param>
/// <param name="Deferrals">How often it is put back.</param>
/// <param name="IsOnce">Whether it is one task however often the request is repeated.</param>
/// <param name="Copies">How many tasks have its mark: with its replays.</param>
internal sealed record ExpectedTask(string Mark, string By, string State, string Text, int Attempts, int Deferrals, bool IsOnce, int Copies);
