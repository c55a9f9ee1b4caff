using Microsoft.Data.Sqlite;

namespace Celerity.LocalRuntime.Orchestration.Store;

/// <summary>One connection, used by one thread at a time; each statement is prepared once.</summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _commands = [];
    private readonly Lock _gate = new();
    private bool _isInGroup;
    private Exception? _lost;

    public SqliteSession(string connectionString)
    {
        _connection = new SqliteConnection(connectionString);
        _connection.Open();
    }

    /// <summary>Runs <paramref name="work"/> in a transaction that has the write lock from its start; within a group, as a part of its transaction.</summary>
    public T Write<T>(Func<T> work)
    {
        lock (_gate)
        {
            return _isInGroup ? WritePart(work) : WriteWhole(work);
        }
    }

    /// <summary>Makes one transaction of all writes that <paramref name="work"/> makes. One that throws leaves the others alone.</summary>
    /// <remarks>When this throws, nothing of it is stored.</remarks>
    public void Group(Action work)
    {
        lock (_gate)
        {
            try
            {
                WriteWhole(() =>
                {
                    _isInGroup = true;
                    work();
                    return _lost is null ? true : throw new InvalidOperationException("The transaction of a group of writes was lost.", _lost);
                });
            }
            finally
            {
                _isInGroup = false;
                _lost = null;
            }
        }
    }

    public T Read<T>(Func<T> work)
    {
        lock (_gate)
        {
            return work();
        }
    }

    /// <summary>Runs a statement whose parameters are $1, $2, …; returns the number of rows it changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> arguments) => Prepare(sql, arguments).ExecuteNonQuery();

    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> arguments)
    {
        using var reader = Prepare(sql, arguments).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var command in _commands.Values)
            {
                command.Dispose();
            }

            _connection.Dispose();
        }
    }

    private T WriteWhole<T>(Func<T> work)
    {
        Execute("BEGIN IMMEDIATE");
        try
        {
            var result = work();
            Execute("COMMIT");
            return result;
        }
        catch
        {
            // A full disk, for one, has ended the transaction already; the first error is the one to tell.
            TryExecute("ROLLBACK");
            throw;
        }
    }

    private T WritePart<T>(Func<T> work)
    {
        if (_lost is not null)
        {
            throw new InvalidOperationException("A write before this one has ended the transaction of their group.", _lost);
        }

        Execute("SAVEPOINT part");
        try
        {
            var result = work();
            Execute("RELEASE part");
            return result;
        }
        catch (Exception exception)
        {
            _lost = TryExecute("ROLLBACK TO part") && TryExecute("RELEASE part") ? null : exception;
            throw;
        }
    }

    private bool TryExecute(string sql)
    {
        try
        {
            Execute(sql);
            return true;
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    private SqliteCommand Prepare(string sql, ReadOnlySpan<object?> arguments)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
#pragma warning disable CA2100 // Every statement is a constant of this folder.
            command.CommandText = sql;
#pragma warning restore CA2100
            _commands.Add(sql, command);
        }

        command.Parameters.Clear();
        for (var i = 0; i < arguments.Length; i++)
        {
            command.Parameters.AddWithValue($"${i + 1}", Stored(arguments[i]));
        }

        return command;
    }

    private static object Stored(object? value) => value switch
    {
        null => DBNull.Value,
        DateTimeOffset at => at.UtcTicks,
        Enum item => Convert.ToInt64(item),
        _ => value,
    };
}
