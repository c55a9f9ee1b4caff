using Microsoft.Extensions.Configuration;

namespace Celerity.Functions.Hosting;

/// <summary>Refuses a host.json with which messages would be lost or poisoned.</summary>
internal static class HostJsonCheck
{
    private const string OverrideKey = "AzureFunctionsJobHost:extensions:queues:messageEncoding";

    /// <exception cref="CelerityException">CEL0324: the queues' messageEncoding is not <c>none</c>.</exception>
    public static void Run(string folder, IConfiguration configuration)
    {
        // An app setting overrides the file, as on the host.
        var (encoding, place) = configuration[OverrideKey] is { } setting
            ? (setting, "the app setting AzureFunctionsJobHost__extensions__queues__messageEncoding")
            : (HostJsonFile.Find(folder, "extensions", "queues", "messageEncoding"), "host.json");
        if (!string.Equals(encoding, "none", StringComparison.OrdinalIgnoreCase))
        {
            throw new CelerityException(
                ErrorCodes.MessageEncoding,
                $"{place} says extensions.queues.messageEncoding '{encoding ?? "base64 (the host's default)"}'. With it every plain JSON message is poisoned unseen. Set it to 'none'; Celerity reads both kinds.");
        }
    }
}
