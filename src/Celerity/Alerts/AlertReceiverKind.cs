namespace Celerity.Alerts;

/// <summary>What a receiver understands.</summary>
internal enum AlertReceiverKind
{
    /// <summary>Our own JSON, signed.</summary>
    Generic,

    /// <summary>An incoming webhook of Slack.</summary>
    Slack,

    /// <summary>A Teams workflow that is started by a webhook request.</summary>
    Teams,
}
