using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Celerity.Webhooks;

/// <summary>Makes the connections of one webhook: no redirects, no proxy, no cookies, and only to addresses that it may reach.</summary>
internal static class WebhookConnection
{
    private const int MaxDrainedBytes = 64 * 1024;
    private const int MaxHeaderKiB = 16;

    public static SocketsHttpHandler NewHandler(Webhook webhook) => new()
    {
        AllowAutoRedirect = false,

        // A proxy would resolve the name itself, out of reach of the check.
        UseProxy = false,
        UseCookies = false,
        ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
        ConnectTimeout = webhook.Timeout,
        MaxResponseHeadersLength = MaxHeaderKiB,
        MaxResponseDrainSize = MaxDrainedBytes,
        ResponseDrainTimeout = TimeSpan.FromSeconds(1),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        ConnectCallback = (context, cancellationToken) => ConnectAsync(webhook, context.DnsEndPoint, cancellationToken),
    };

    private static async ValueTask<Stream> ConnectAsync(Webhook webhook, DnsEndPoint host, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(host.Host, cancellationToken).ConfigureAwait(false);
        if (Array.FindAll(addresses, address => WebhookAddresses.IsAllowed(address, webhook)) is not { Length: > 0 } allowed)
        {
            throw new WebhookAddressException(webhook);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, host.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>The name of a webhook's host resolves to addresses that it may not reach, and to no other.</summary>
internal sealed class WebhookAddressException(Webhook webhook) : CelerityException(
    ErrorCodes.WebhookUndeliverable,
    $"The address of {char.ToLowerInvariant(webhook.Title[0])}{webhook.Title[1..]} resolves to this machine or a private network, which it may not reach (AllowLoopback, AllowPrivateNetworks).");
