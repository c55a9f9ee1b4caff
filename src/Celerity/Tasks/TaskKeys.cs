using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Celerity.Handover;
using Celerity.Storage;

namespace Celerity.Tasks;

/// <summary>Where a task's rows lie. The partition follows from the id, so a look-up is a point read.</summary>
/// <remarks>
/// Our ids are UUIDv7: their hour and four of their random bits name the partition, <c>2026010112-7</c>, so that newest-first reads few
/// partitions and expiry drops whole hours. Ids that strangers chose are spread by their hash, <c>x-3f</c>.
/// </remarks>
internal static class TaskKeys
{
    private const string ControlSuffix = ":control";
    private const string ProgressSuffix = ":progress";
    private const string SendSuffix = ":send";

    private static readonly long LatestMs = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public static ControlKey ControlOf(string id) => new(StorageNames.TasksTable, PartitionOf(id), TableKeys.Escape(id) + ControlSuffix);

    public static ControlKey SendOf(string id) => new(StorageNames.TasksTable, PartitionOf(id), TableKeys.Escape(id) + SendSuffix);

    /// <summary>Where an attempt says how far it is.</summary>
    public static ControlKey ProgressOf(string id) => new(StorageNames.TasksTable, PartitionOf(id), TableKeys.Escape(id) + ProgressSuffix);

    /// <summary>When one of our ids was made; <see langword="null"/> of an id that says nothing of it.</summary>
    public static DateTimeOffset? CreatedAt(string id)
    {
        if ((!Guid.TryParseExact(id, "D", out var guid) && !Guid.TryParseExact(id, "N", out guid)) || guid.Version != 7)
        {
            return null;
        }

        var ms = (long)BinaryPrimitives.ReadUInt64BigEndian(guid.ToByteArray(bigEndian: true)) >>> 16;
        return ms <= LatestMs ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;
    }

    public static string PartitionOf(string id)
    {
        if (CreatedAt(id) is { } created)
        {
            return $"{created.ToString("yyyyMMddHH", CultureInfo.InvariantCulture)}-{char.ToLowerInvariant(id[^1])}";
        }

        return $"x-{SHA256.HashData(Encoding.UTF8.GetBytes(id))[0]:x2}";
    }
}
