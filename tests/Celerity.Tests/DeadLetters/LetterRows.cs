using Celerity.DeadLetters;
using Celerity.DeadLetters.Actions;
using Celerity.Storage;
using Celerity.TestKit.Storage;

namespace Celerity.Tests.DeadLetters;

/// <summary>Tells letters from what lies beside them in their table.</summary>
internal static class LetterRows
{
    public static bool IsLetter(this TableRow row) =>
        row.RowKey != DeadLetterKey.FiguresRow && row.PartitionKey is not (GroupEntry.Partition or ActionRow.Partition);

    public static async Task<List<TableRow>> LettersAsync(this InMemoryStorage storage) =>
        await ((ITableStore)storage.Tables).QueryAsync(StorageNames.DeadLettersTable, new TableQuery(null), CancellationToken.None).Where(IsLetter).ToListAsync();
}
