using System.IO.Hashing;
using System.Text;

namespace Celerity.Handover;

/// <summary>Where a subject's control row lies.</summary>
/// <param name="Table">The table.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Row">The row key.</param>
internal readonly record struct ControlKey(string Table, string Partition, string Row)
{
    private const int Shards = 16;

    /// <summary>
    /// The key of a task's control row; its send row lies beside it. A UUIDv7 gives the hour and a shard, so that a look-up is one point
    /// read and expiry drops whole hours; a stranger's id is spread by its hash.
    /// </summary>
    public static ControlKey OfTask(string id) => new(Storage.StorageNames.TasksTable, PartitionOf(id), id + ":control");

    /// <summary>The row key of a task's send row.</summary>
    public static string SendRowOf(string id) => id + ":send";

    private static string PartitionOf(string id)
    {
        if (Guid.TryParse(id, out var guid) && guid.Version == 7)
        {
            var bytes = guid.ToByteArray(bigEndian: true);
            var milliseconds = ((long)bytes[0] << 40) | ((long)bytes[1] << 32) | ((long)bytes[2] << 24) | ((long)bytes[3] << 16) | ((long)bytes[4] << 8) | bytes[5];
            return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"h{milliseconds / 3_600_000:D8}-{bytes[15] % Shards:x}");
        }

        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"x{XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(id)) % 256:x2}");
    }
}
