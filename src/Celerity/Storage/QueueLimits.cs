using System.Text;
using System.Xml;

namespace Celerity.Storage;

/// <summary>What the queue service accepts, checked before a request is spent on it.</summary>
internal static class QueueLimits
{
    public const int MessageBytes = 64 * 1024;
    public const int ReceiveCount = 32;

    public static readonly TimeSpan LongestDelay = TimeSpan.FromDays(7);
    public static readonly TimeSpan ShortestLease = TimeSpan.FromSeconds(1);

    /// <summary>Throws where the service would refuse <paramref name="body"/>.</summary>
    public static void CheckBody(string body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var bytes = Encoding.UTF8.GetByteCount(body);
        if (bytes > MessageBytes)
        {
            throw new ArgumentException($"The message has {bytes} bytes; the limit is {MessageBytes}. Keep the content in a blob.", nameof(body));
        }

        // Messages travel as XML; a character that XML has no way to write would make the whole queue unreadable for some clients.
        // Nearly all messages are plain ASCII, which is found out many characters at a time.
        var first = body.AsSpan().IndexOfAnyExceptInRange(' ', '~');
        for (var at = first < 0 ? body.Length : first; at < body.Length; at++)
        {
            if (at + 1 < body.Length && XmlConvert.IsXmlSurrogatePair(body[at + 1], body[at]))
            {
                at++;
            }
            else if (!XmlConvert.IsXmlChar(body[at]))
            {
                throw new ArgumentException($"The message has the character U+{(int)body[at]:X4} at {at}, which a queue cannot carry.", nameof(body));
            }
        }
    }

    /// <summary>Returns <paramref name="delay"/> in the service's whole seconds, never shorter; throws where it is out of range.</summary>
    public static TimeSpan WholeDelay(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(delay, LongestDelay);
        return WholeSeconds(delay);
    }

    /// <summary>Returns <paramref name="lease"/> in the service's whole seconds, never shorter; throws where it is out of range.</summary>
    public static TimeSpan WholeLease(TimeSpan lease)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lease, ShortestLease);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lease, LongestDelay);
        return WholeSeconds(lease);
    }

    /// <summary>Throws where one receive cannot ask for <paramref name="limit"/> messages.</summary>
    public static void CheckLimit(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, ReceiveCount);
    }

    private static TimeSpan WholeSeconds(TimeSpan span) => TimeSpan.FromSeconds(Math.Ceiling(span.TotalSeconds));
}
