using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;

namespace Celerity.Tests.Stages.Sources;

/// <summary>A table read by ranges of its key: each page is asked for behind the last key of the one before, so none is slower than the first.</summary>
internal sealed class KeysetTable(string database) : IChunkSource
{
    public IReadOnlyList<string> Columns => ["n", "name", "price"];

    public async IAsyncEnumerable<string> ListAsync(ChunkListing listing, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        var after = listing.After is { } range ? Parse(range).Last : long.MinValue;
        while (true)
        {
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT min(id), max(id) FROM (SELECT id FROM items WHERE id > $after AND name LIKE $like ORDER BY id LIMIT $size)";
            command.Parameters.AddWithValue("$after", after);
            command.Parameters.AddWithValue("$size", listing.ChunkSize);
            command.Parameters.AddWithValue("$like", listing.Parameters ?? "%");
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            if (await reader.IsDBNullAsync(0, cancellationToken))
            {
                yield break;
            }

            after = reader.GetInt64(1);
            yield return string.Create(CultureInfo.InvariantCulture, $"{reader.GetInt64(0)}..{after}");
        }
    }

    public async IAsyncEnumerable<IReadOnlyList<object?>> ReadAsync(string range, string? parameters, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (first, last) = Parse(range);
        await using var connection = await OpenAsync(cancellationToken);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, name, price FROM items WHERE id BETWEEN $first AND $last AND name LIKE $like ORDER BY id";
        command.Parameters.AddWithValue("$first", first);
        command.Parameters.AddWithValue("$last", last);
        command.Parameters.AddWithValue("$like", parameters ?? "%");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            yield return [reader.GetInt64(0), reader.GetString(1), reader.GetValue(2)];
        }
    }

    private static (long First, long Last) Parse(string range)
    {
        var dots = range.IndexOf("..", StringComparison.Ordinal);
        return (long.Parse(range.AsSpan(0, dots), CultureInfo.InvariantCulture), long.Parse(range.AsSpan(dots + 2), CultureInfo.InvariantCulture));
    }

    private async Task<SqliteConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(database);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }
}
