namespace Celerity.Storage;

/// <summary>Cuts rows into what one transaction carries.</summary>
internal static class TableBatches
{
    /// <summary>Cuts by partition, and each partition into runs of at most <see cref="TableLimits.BatchRows"/> rows that surely fit a request.</summary>
    /// <typeparam name="T">What has a row.</typeparam>
    /// <param name="items">The items, each row once.</param>
    /// <param name="rowOf">An item's row.</param>
    public static IEnumerable<IReadOnlyList<T>> Cut<T>(IEnumerable<T> items, Func<T, TableRow> rowOf)
    {
        foreach (var partition in items.GroupBy(item => rowOf(item).PartitionKey, StringComparer.Ordinal))
        {
            var batch = new List<T>();
            var bytes = 0L;
            foreach (var item in partition)
            {
                var size = TableLimits.MostSentBytes(rowOf(item));
                if (batch.Count == TableLimits.BatchRows || (batch.Count > 0 && bytes + size > TableLimits.BatchBytes))
                {
                    yield return batch;
                    (batch, bytes) = ([], 0);
                }

                batch.Add(item);
                bytes += size;
            }

            yield return batch;
        }
    }
}
