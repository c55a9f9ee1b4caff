namespace Celerity.Webhooks;

/// <summary>What an endpoint is for: how it is called, where it is set, and whether what it gets is signed.</summary>
/// <param name="Noun">What it is called.</param>
/// <param name="Section">Where it is set.</param>
/// <param name="AddressSetting">The setting that holds its address.</param>
/// <param name="ClientPrefix">What the names of its HTTP clients begin with.</param>
/// <param name="Code">The error's code where it is set up wrongly.</param>
/// <param name="IsSigned">Whether it has a secret.</param>
internal sealed record WebhookRole(string Noun, string Section, string AddressSetting, string ClientPrefix, string Code, bool IsSigned)
{
    /// <summary>Gets the role of one that is told what happens to tasks.</summary>
    public static WebhookRole Events { get; } =
        new("webhook", "Celerity:Webhooks", nameof(WebhookOptions.Url), "celerity.webhook", ErrorCodes.BadWebhook, IsSigned: true);
}
