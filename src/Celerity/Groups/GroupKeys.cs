using System.Globalization;
using Celerity.Storage;
using Celerity.Tasks;

namespace Celerity.Groups;

/// <summary>Where a group's rows lie in the ledger. Its hour stands first, so that old groups are found by ranges of partitions.</summary>
internal static class GroupKeys
{
    /// <summary>How many tasks a page has: as many as two transactions carry.</summary>
    public const int PageTasks = 2 * TableLimits.BatchRows;

    public const string RecordRow = "group";
    public const string EndRow = "end";

    /// <summary>The least partition that a group can have; those of stages come before it.</summary>
    public const string FirstPartition = "g";

    private const string PagePrefix = "page-";

    public static bool IsId(string id) => TaskKeys.PartitionOf(id)[0] != 'x';

    /// <summary>Gets the beginning of the partitions of groups made in an hour.</summary>
    public static string HourPrefix(DateTimeOffset at) => at.UtcDateTime.ToString("'g'yyyyMMddHH", CultureInfo.InvariantCulture);

    public static string Root(string id) => $"{HourPrefix(TaskKeys.FindTime(id)!.Value)}:{id}";

    /// <summary>Gets the bound behind all partitions of a group.</summary>
    public static string End(string id) => Root(id) + ";";

    /// <summary>Gets the group of a root's or a page's partition.</summary>
    public static string IdOf(string partition) => partition.Split(':')[1];

    public static string Page(string id, int page) => string.Create(CultureInfo.InvariantCulture, $"{Root(id)}:{page:D6}");

    public static string PageRow(int page) => string.Create(CultureInfo.InvariantCulture, $"{PagePrefix}{page:D6}");

    public static int? FindPage(string rowKey) => rowKey.StartsWith(PagePrefix, StringComparison.Ordinal)
        ? int.Parse(rowKey.AsSpan(PagePrefix.Length), CultureInfo.InvariantCulture)
        : null;

    public static int PageOf(int index) => index / PageTasks;

    public static int PageCount(int tasks) => (tasks + PageTasks - 1) / PageTasks;

    public static int TasksOfPage(int page, int tasks) => Math.Min(PageTasks, tasks - page * PageTasks);
}
