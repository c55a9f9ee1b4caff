using System.Data.Common;
using Celerity.TestKit.Faults;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Tasks.Sending;

/// <summary>Tasks that are committed with the caller's own write.</summary>
public sealed class OutboxTests : IDisposable
{
    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("celerity-").FullName, "app.db");
    private readonly DbDataSource _database;
    private readonly TaskSimulation _simulation = new();
    private readonly DbOutbox _outbox;

    public OutboxTests()
    {
        _database = new FileSource($"Data Source={_file}");
        _outbox = new DbOutbox(_database, _simulation.Time);
        Run("create table celerity_outbox (id varchar(100) not null primary key, position bigint not null, text text not null)");
        Run("create table orders (name text not null)");
    }

    public void Dispose()
    {
        _database.Dispose();
        SqliteConnection.ClearAllPools();
        Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task EnqueueAfterCommit_RunsIfAndOnlyIfCommitted(bool isCommitted)
    {
        var worker = Worker();

        var id = await WriteAsync(worker, "first", isCommitted);
        await TaskSimulation.MaintainAsync(worker);
        await _simulation.DrainAsync(worker);

        Assert.Equal(isCommitted ? [id] : [], _simulation.Script.Runs.Select(run => run.Id));
        Assert.Empty(await _outbox.ReadAsync(10, CancellationToken.None));
    }

    [Fact]
    public async Task EnqueueAfterCommit_ManyTransactions_AreSentInOrder()
    {
        var worker = Worker();
        var ids = new List<string>();
        for (var number = 0; number < 5; number++)
        {
            ids.Add(await WriteAsync(worker, $"{number}", isCommitted: true));
        }

        await TaskSimulation.MaintainAsync(worker);
        await _simulation.DrainAsync(worker);

        Assert.Equal(ids, _simulation.Script.Runs.Select(run => run.Id));
    }

    [Fact]
    public async Task EnqueueAfterCommit_AnyFaultBetweenCommitAndEnd_RunsAsOneTask()
    {
        var record = new FaultPlan();
        await RunWithAsync(record);
        foreach (var plan in FaultPlan.ForEach(record.Calls))
        {
            await RunWithAsync(plan);
            Assert.True(plan.HasFired, plan.ToString());
        }
    }

    [Fact]
    public async Task Relay_EntryThatIsNone_DoesNotKeepTheOthersWaiting()
    {
        var worker = Worker();
        Run("insert into celerity_outbox values ('x', 0, 'nonsense')");
        var id = await WriteAsync(worker, "first", isCommitted: true);

        await TaskSimulation.MaintainAsync(worker);
        await _simulation.DrainAsync(worker);

        Assert.Equal(id, Assert.Single(_simulation.Script.Runs).Id);
        Assert.Empty(await _outbox.ReadAsync(10, CancellationToken.None));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"v":9,"queue":"celerity-default","message":"{}","sentAt":"2026-01-01T00:00:00Z"}""")]
    public async Task SendPrepared_TextIsNone_IsRefusedAndSendsNothing(string text)
    {
        var tasks = Worker().GetRequiredService<IBackgroundTasks>();

        var exception = await Assert.ThrowsAsync<CelerityException>(() => tasks.SendPreparedAsync(new PreparedTask("x", text)));

        Assert.Equal("CEL0234", exception.Code);
        Assert.Equal(0, _simulation.Storage.Queues.SentCount);
    }

    [Fact]
    public async Task SendPrepared_UnderAnotherId_IsRefused()
    {
        var tasks = Worker().GetRequiredService<IBackgroundTasks>();
        var prepared = await tasks.PrepareAsync(new EchoTask("hi"));

        var exception = await Assert.ThrowsAsync<CelerityException>(() => tasks.SendPreparedAsync(prepared with { Id = "other" }));

        Assert.Equal("CEL0234", exception.Code);
    }

    private async Task RunWithAsync(FaultPlan plan)
    {
        var worker = Worker(plan);
        var id = await WriteAsync(worker, "first", isCommitted: true);
        var runs = _simulation.Script.Runs.Count;
        for (var round = 0; round < 3; round++)
        {
            try
            {
                await TaskSimulation.MaintainAsync(worker);
                await _simulation.DrainAsync(worker);
            }
            catch (Exception exception) when (exception is ProcessKilledException or InjectedFaultException)
            {
            }

            worker = plan.IsDead ? Worker() : worker;
            _simulation.Storage.Queues.LoseLeases(TaskSimulation.Queue);
            _simulation.Time.Advance(TimeSpan.FromMinutes(2));
        }

        Assert.Equal(TaskState.Succeeded, (await _simulation.FindAsync(id))!.State);
        Assert.All(_simulation.Script.Runs.Skip(runs), run => Assert.Equal(id, run.Id));
        Assert.Empty(await _outbox.ReadAsync(10, CancellationToken.None));
    }

    private async Task<string> WriteAsync(IServiceProvider worker, string text, bool isCommitted)
    {
        await using var connection = await _database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var task = await worker.GetRequiredService<IBackgroundTasks>().EnqueueAfterCommitAsync(_outbox, transaction, new EchoTask(text));
        if (isCommitted)
        {
            await transaction.CommitAsync();
        }
        else
        {
            await transaction.RollbackAsync();
        }

        return task.Id;
    }

    private IServiceProvider Worker(FaultPlan? plan = null) => _simulation.Worker(plan, services => services.AddSingleton<IOutboxStore>(_outbox));

    private void Run(string sql)
    {
        using var command = _database.CreateCommand(sql);
        command.ExecuteNonQuery();
    }

    private sealed class FileSource(string connectionString) : DbDataSource
    {
        public override string ConnectionString => connectionString;

        protected override DbConnection CreateDbConnection() => new SqliteConnection(connectionString);
    }
}
