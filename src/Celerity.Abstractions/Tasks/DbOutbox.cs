using System.Data.Common;

namespace Celerity;

/// <summary>An outbox in a table of the app's own database: a task is committed, or rolled back, with the app's own write.</summary>
/// <remarks>
/// The table: <c>create table celerity_outbox (id varchar(100) not null primary key, position bigint not null, text ... not null)</c>, with the
/// database's type for long text. Positions are the clock's ticks, so tasks of one writer keep their order. Safe for concurrent use.
/// </remarks>
/// <param name="source">Makes connections for reading and removing.</param>
/// <param name="time">The clock.</param>
public sealed class DbOutbox(DbDataSource source, TimeProvider time) : IOutboxStore
{
    private long _lastPosition;

    /// <summary>Keeps a prepared task in a transaction. Once it is committed, the task will be sent; rolled back, it never was.</summary>
    /// <param name="transaction">The caller's transaction, not yet committed.</param>
    /// <param name="task">The task, from <see cref="IBackgroundTasks.PrepareAsync"/>.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async Task AddAsync(DbTransaction transaction, PreparedTask task, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(task);
        var connection = transaction.Connection ?? throw new ArgumentException("The transaction has ended.", nameof(transaction));
        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.Transaction = transaction;
            command.CommandText = "insert into celerity_outbox (id, position, text) values (@id, @position, @text)";
            Add(command, "@id", task.Id);
            Add(command, "@position", NextPosition());
            Add(command, "@text", task.Text);
            _ = await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PreparedTask>> ReadAsync(int limit, CancellationToken cancellationToken)
    {
        var tasks = new List<PreparedTask>();
        var command = source.CreateCommand("select id, text from celerity_outbox order by position, id");
        await using (command.ConfigureAwait(false))
        {
            var rows = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (rows.ConfigureAwait(false))
            {
                // By reading no further: databases do not agree on how to say it.
                while (tasks.Count < limit && await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    tasks.Add(new PreparedTask(rows.GetString(0), rows.GetString(1)));
                }
            }
        }

        return tasks;
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(string id, CancellationToken cancellationToken)
    {
        var command = source.CreateCommand("delete from celerity_outbox where id = @id");
        await using (command.ConfigureAwait(false))
        {
            Add(command, "@id", id);
            _ = await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }

    // Never the same twice, so that tasks of one transaction keep their order.
    private long NextPosition()
    {
        while (true)
        {
            var last = Volatile.Read(ref _lastPosition);
            var next = Math.Max(last + 1, time.GetUtcNow().UtcTicks);
            if (Interlocked.CompareExchange(ref _lastPosition, next, last) == last)
            {
                return next;
            }
        }
    }
}
