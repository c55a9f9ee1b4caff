using System.ComponentModel.DataAnnotations;

namespace Celerity;

/// <summary>How tasks are sent. Bound from <c>Celerity:Sending</c>; checked once, at start-up (CEL0308).</summary>
public sealed class SendingOptions
{
    /// <summary>Gets or sets the largest payload, as written and as unpacked. One over it is refused (CEL0203); a received one becomes a dead letter (CEL0230).</summary>
    /// <value>1 KiB to 1 GiB, in bytes. The default is 100 MiB. A payload is held in memory as a whole.</value>
    [Range(1024, 1024 * 1024 * 1024)]
    public int MaxPayloadBytes { get; set; } = 100 * 1024 * 1024;

    /// <summary>Gets or sets how payloads from <see cref="CompressAboveBytes"/> on are compressed.</summary>
    /// <value>The default is <see cref="PayloadCompression.Brotli"/>. Where it saves nothing, the payload is sent as it is.</value>
    public PayloadCompression Compression { get; set; } = PayloadCompression.Brotli;

    /// <summary>Gets or sets the size from which on payloads are compressed.</summary>
    /// <value>0 to 1 GiB, in bytes. The default is 8 KiB: below, the time costs more than the bytes.</value>
    [Range(0, 1024 * 1024 * 1024)]
    public int CompressAboveBytes { get; set; } = 8 * 1024;

    /// <summary>Gets or sets how many packs of one bulk send are on their way at once.</summary>
    /// <value>1 to 256. The default is 16; each holds about 200 KiB of memory.</value>
    [Range(1, 256)]
    public int ParallelPackCount { get; set; } = 16;
}

/// <summary>How a payload is compressed.</summary>
public enum PayloadCompression
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>By gzip.</summary>
    Gzip,

    /// <summary>By brotli.</summary>
    Brotli,
}
