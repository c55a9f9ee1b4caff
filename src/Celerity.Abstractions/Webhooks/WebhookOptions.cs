namespace Celerity;

/// <summary>An HTTP endpoint that is told what happens to tasks. Set by <c>Celerity:Webhooks:{name}</c> or <c>AddCelerity().AddWebhook</c>; checked at start.</summary>
public sealed class WebhookOptions
{
    /// <summary>Gets or sets where events are posted.</summary>
    /// <value>An absolute <c>https</c> address without user name and fragment; <c>http</c> to this machine where <see cref="AllowLoopback"/> is set.</value>
    public Uri? Url { get; set; }

    /// <summary>Gets or sets what events are signed with. The receiver checks them by <see cref="WebhookSignature.IsValid"/>.</summary>
    /// <value>Base64 of 24 to 64 random bytes, with or without <c>whsec_</c> in front.</value>
    public string? Secret { get; set; }

    /// <summary>Gets what is told.</summary>
    /// <value>
    /// None, the default, means the ends: succeeded, dead-lettered, revoked, expired, discarded. Those are never missed; all others are told by the
    /// process in which they happen, and lost where it dies.
    /// </value>
    public IList<TaskEventKind> Events { get; } = [];

    /// <summary>Gets of which tasks.</summary>
    /// <value>Names, beginnings such as <c>invoices.*</c>, or <c>*</c>. None, the default, means all.</value>
    public IList<string> Tasks { get; } = [];

    /// <summary>Gets or sets how long one post may take until the answer's headers are there.</summary>
    /// <value>1 to 60 seconds. The default is 10 seconds.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets whether the address may be this machine's own: for tests and side-cars.</summary>
    public bool AllowLoopback { get; set; }

    /// <summary>Gets or sets whether the address may be a private one (10/8, 172.16/12, 192.168/16, 100.64/10, fc00::/7). Link-local ones never are.</summary>
    public bool AllowPrivateNetworks { get; set; }
}
