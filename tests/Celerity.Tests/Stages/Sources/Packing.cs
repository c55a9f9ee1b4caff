using System.IO.Compression;

namespace Celerity.Tests.Stages.Sources;

internal static class Packing
{
    /// <summary>One gzip member of each part, one behind the other.</summary>
    public static byte[] Gzip(params byte[][] parts)
    {
        using var packed = new MemoryStream();
        foreach (var part in parts)
        {
            using var member = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true);
            member.Write(part);
            member.Flush();
        }

        return packed.ToArray();
    }
}
