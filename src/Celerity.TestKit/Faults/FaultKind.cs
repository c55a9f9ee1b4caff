namespace Celerity.TestKit.Faults;

/// <summary>What befalls a call to storage.</summary>
public enum FaultKind
{
    /// <summary>The request does not arrive: nothing is done and the caller gets an <see cref="InjectedFaultException"/>.</summary>
    LostRequest,

    /// <summary>The reply does not arrive: the work is done and the caller gets an <see cref="InjectedFaultException"/>.</summary>
    LostReply,

    /// <summary>The process dies before the request leaves: nothing is done by this call or any after it.</summary>
    KillBefore,

    /// <summary>The process dies after the service has done the work: the caller never sees the reply, and does nothing after it.</summary>
    KillAfter,
}
