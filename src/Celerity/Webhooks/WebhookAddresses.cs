using System.Net;
using System.Net.Sockets;

namespace Celerity.Webhooks;

/// <summary>Which addresses a webhook may connect to: what a name resolves to is judged, not the name.</summary>
internal static class WebhookAddresses
{
    // The ranges of the IANA special-purpose registries that a webhook may be allowed to reach.
    private static readonly IPNetwork[] Private = Networks("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7");

    // Those it never reaches: among them 169.254.169.254, where clouds keep the secrets of their machines.
    private static readonly IPNetwork[] Special = Networks(
        "0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
        "240.0.0.0/4", "2001::/23", "2001:db8::/32", "2002::/16");

    // All that IPv6 has given out to be routed.
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    public static bool IsAllowed(IPAddress address, Webhook webhook)
    {
        var at = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (IPAddress.IsLoopback(at))
        {
            return webhook.AllowLoopback;
        }

        if (webhook.Url.Scheme != Uri.UriSchemeHttps)
        {
            return false;
        }

        return Array.Exists(Private, network => network.Contains(at))
            ? webhook.AllowPrivateNetworks
            : (at.AddressFamily == AddressFamily.InterNetwork || GlobalUnicast.Contains(at)) && !Array.Exists(Special, network => network.Contains(at));
    }

    private static IPNetwork[] Networks(params string[] networks) => [.. networks.Select(network => IPNetwork.Parse(network))];
}
