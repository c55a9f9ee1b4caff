namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>The storage requests that work was the reason of.</summary>
/// <param name="Puts">Messages sent.</param>
/// <param name="Receives">Receives that brought messages.</param>
/// <param name="Deletes">Messages deleted.</param>
/// <param name="Inserts">Rows inserted, or refused because they are there.</param>
/// <param name="Finds">Rows read by their keys.</param>
/// <param name="Updates">Rows replaced.</param>
/// <param name="Batches">Transactions.</param>
/// <param name="Other">What is neither that nor idle.</param>
internal sealed record WorkRequests(long Puts, long Receives, long Deletes, long Inserts, long Finds, long Updates, long Batches, string Other)
{
    public long Total => Puts + Receives + Deletes + Inserts + Finds + Updates + Batches;
}
