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
    private const string CelerySuffix = ":celery-";
    private const string ProgressSuffix = ":progress";
    private const string SendSuffix = ":send";

    private static readonly long LatestMs = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public static ControlKey ControlOf(string id) => new(StorageNames.TasksTable, PartitionOf(id), TableKeys.Escape(id) + ControlSuffix);

    public static ControlKey SendOf(string id) => new(StorageNames.TasksTable, PartitionOf(id), TableKeys.Escape(id) + SendSuffix);

    /// <summary>Gets the id, escaped, of the task that a row belongs to.</summary>
    public static string IdOf(string rowKey) => rowKey[..Math.Max(0, rowKey.LastIndexOf(':'))];

    public static bool IsControl(string rowKey) => rowKey.EndsWith(ControlSuffix, StringComparison.Ordinal);

    public static bool IsSend(string rowKey) => rowKey.EndsWith(SendSuffix, StringComparison.Ordinal);

    /// <summary>The beginning that no id of ours made before <paramref name="at"/> sorts after, and none made from then on sorts before.</summary>
    public static string FirstIdAt(DateTimeOffset at)
    {
        var hex = at.ToUnixTimeMilliseconds().ToString("x12", CultureInfo.InvariantCulture);
        return $"{hex[..8]}-{hex[8..]}";
    }

    /// <summary>When an id of ours, or the beginning of one, was made; <see langword="null"/> where it is none.</summary>
    public static DateTimeOffset? FindTime(string id) =>
        id.Length >= 13 && id[8] == '-' && long.TryParse(id[..8] + id[9..13], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var ms)
            && ms >= 0 && ms <= LatestMs && !id.Any(char.IsAsciiLetterUpper)
            ? DateTimeOffset.FromUnixTimeMilliseconds(ms)
            : null;

    /// <summary>Where an attempt says how far it is.</summary>
    public static ControlKey ProgressOf(string id) => new(StorageNames.TasksTable, PartitionOf(id), TableKeys.Escape(id) + ProgressSuffix);

    /// <summary>When one of our ids was made; <see langword="null"/> of an id that says nothing of it, or is not written as we write them.</summary>
    public static DateTimeOffset? CreatedAt(string id) =>
        Guid.TryParseExact(id, "D", out var guid) && guid.Version == 7 ? FindTime(id) : null;

    /// <summary>Where it is marked that a task has been sent to Celery's workers: among the rows of the task that it follows.</summary>
    public static ControlKey CeleryOf(string id, string follower) =>
        new(StorageNames.TasksTable, PartitionOf(id), TableKeys.Escape(id) + CelerySuffix + TableKeys.Escape(follower).Replace(":", "!003a", StringComparison.Ordinal));

    public static string PartitionOf(string id)
    {
        // Written as we write them: then the order of the keys is that of time.
        if (CreatedAt(id) is { } at)
        {
            var hour = at.ToString("yyyyMMddHH", CultureInfo.InvariantCulture);
            return $"{hour}-{id[^1]}";
        }

        return $"x-{SHA256.HashData(Encoding.UTF8.GetBytes(id))[0]:x2}";
    }
}
