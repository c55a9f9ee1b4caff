namespace Celerity.Tests.Tasks.Model;

/// <summary>What becomes of a call to storage that is let go.</summary>
internal enum Fate
{
    Done,

    /// <summary>The reply is lost and the SDK sends the request again: it is done twice, and the second reply is the one that is seen.</summary>
    DoneTwice,

    /// <summary>The request is lost for good: it is not done, and the caller gets an exception.</summary>
    Fails,

    /// <summary>The reply is lost for good: it is done, and the caller gets an exception.</summary>
    FailsAfter,
}
