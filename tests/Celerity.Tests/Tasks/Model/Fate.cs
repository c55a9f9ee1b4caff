namespace Celerity.Tests.Tasks.Model;

/// <summary>What becomes of a call to storage that is let go.</summary>
internal enum Fate
{
    Done,

    /// <summary>The reply is lost and the SDK sends the request again: it is done twice, and the second reply is the one that is seen.</summary>
    DoneTwice,
}
