using Celerity.LocalRuntime.Orchestration.History;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.Data.Sqlite;
using Microsoft.DurableTask.Entities;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Orchestration;

/// <summary>Files that other versions of the runtime have written.</summary>
public sealed class StoreVersions : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("celerity-");

    private string FilePath => Path.Combine(_folder.FullName, "hub.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Open_Version1_IsBroughtUpToDateAndItsInstancesGoOn()
    {
        WriteVersion1();
        var code = new DelegateCode()
            .Entity("counter", () => new CounterEntity())
            .Orchestrator("Old", async context => await context.Entities.CallEntityAsync<int>(new EntityInstanceId("counter", "x"), "add", context.GetInput<int>()));
        await using (var world = new EngineWorld(SqliteOrchestrationStore.OpenFile(FilePath), code))
        {
            Assert.Equal("before", (await world.Client.GetInstanceAsync("ended", true))!.ReadOutputAs<string>());
            Assert.Equal(42, (await world.RunToEndAsync("waiting")).ReadOutputAs<int>());
        }

        // A second opening finds nothing to do.
        using var again = SqliteOrchestrationStore.OpenFile(FilePath);
        Assert.Equal("42", again.Entities.Find("@counter@x", DateTimeOffset.UnixEpoch)!.State);
        Assert.Equal(2, ReadVersion());
    }

    [Fact]
    public void Open_Version1WhereTheUpgradeFails_StaysVersion1()
    {
        WriteVersion1();
        Execute("CREATE TABLE EntityMessages(Taken TEXT)");

        Assert.Throws<SqliteException>(() => SqliteOrchestrationStore.OpenFile(FilePath));

        Assert.Equal(1, ReadVersion());
        Execute("DROP TABLE EntityMessages");
        SqliteOrchestrationStore.OpenFile(FilePath).Dispose();
        Assert.Equal(2, ReadVersion());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3000)]
    public void Open_DamagedFile_IsRefusedAndLeftAsItWas(int firstBadByte)
    {
        using (SqliteOrchestrationStore.OpenFile(FilePath))
        {
        }

        var bytes = File.ReadAllBytes(FilePath);
        new Random(1).NextBytes(bytes.AsSpan(firstBadByte, 1000));
        File.WriteAllBytes(FilePath, bytes);

        var refused = Assert.Throws<InvalidOperationException>(() => SqliteOrchestrationStore.OpenFile(FilePath));

        Assert.StartsWith($"The orchestration store {FilePath} is damaged", refused.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(FilePath));
    }

    [Fact]
    public void Open_NewerVersion_IsRefusedAndLeftAsItWas()
    {
        Execute("CREATE TABLE Future(Id TEXT); INSERT INTO Future VALUES('x'); PRAGMA user_version = 3");
        var before = File.ReadAllBytes(FilePath);

        var refused = Assert.Throws<InvalidOperationException>(() => SqliteOrchestrationStore.OpenFile(FilePath));

        Assert.Equal(
            "The orchestration store has format 3; this version of the runtime knows formats up to 2. Use the newer version, or delete the file to start afresh.",
            refused.Message);
        Assert.Equal(before, File.ReadAllBytes(FilePath));
        Assert.Equal(["hub.db"], _folder.GetFiles().Select(file => file.Name));
    }

    /// <summary>Version 1 as it was: an instance that has ended and one that has not begun.</summary>
    private void WriteVersion1()
    {
        var started = HistoryJson.Write<HistoryEvent>(new ExecutionStarted("Old", "", "42", "e", null, null));
        Execute(
            $"""
            PRAGMA journal_mode = WAL;
            CREATE TABLE Owners(Id TEXT PRIMARY KEY, ProcessId INTEGER NOT NULL, ProcessStartedAt INTEGER NOT NULL, AliveUntil INTEGER NOT NULL) WITHOUT ROWID;
            CREATE TABLE Instances(
                Id TEXT PRIMARY KEY, Name TEXT NOT NULL, Version TEXT NOT NULL, ExecutionId TEXT NOT NULL, Status INTEGER NOT NULL,
                Input TEXT, Output TEXT, CustomStatus TEXT, Failure TEXT, Parent TEXT, Tags TEXT,
                CreatedAt INTEGER NOT NULL, UpdatedAt INTEGER NOT NULL, StartAt INTEGER,
                HistoryCount INTEGER NOT NULL, HistoryPeak INTEGER NOT NULL,
                Owner TEXT, Claim INTEGER NOT NULL DEFAULT 0);
            CREATE INDEX InstancesByOwner ON Instances(Owner) WHERE Owner IS NOT NULL;
            CREATE TABLE History(InstanceId TEXT NOT NULL, FirstEvent INTEGER NOT NULL, Events TEXT NOT NULL, PRIMARY KEY(InstanceId, FirstEvent));
            CREATE TABLE Messages(
                Sequence INTEGER PRIMARY KEY AUTOINCREMENT, InstanceId TEXT NOT NULL, ExecutionId TEXT, VisibleAt INTEGER NOT NULL, Event TEXT NOT NULL);
            CREATE INDEX MessagesByTime ON Messages(VisibleAt, InstanceId);
            CREATE INDEX MessagesByInstance ON Messages(InstanceId, VisibleAt);
            CREATE TABLE Activities(
                Sequence INTEGER PRIMARY KEY AUTOINCREMENT, InstanceId TEXT NOT NULL, ExecutionId TEXT NOT NULL, TaskId INTEGER NOT NULL,
                Name TEXT NOT NULL, Version TEXT NOT NULL, Input TEXT, Owner TEXT, Claim INTEGER NOT NULL DEFAULT 0);
            CREATE INDEX ActivitiesByOwner ON Activities(Owner, Sequence);
            INSERT INTO Instances(Id, Name, Version, ExecutionId, Status, Output, CreatedAt, UpdatedAt, HistoryCount, HistoryPeak)
                VALUES('ended', 'Old', '', 'd', 1, '"before"', 1, 1, 4, 4);
            INSERT INTO Instances(Id, Name, Version, ExecutionId, Status, Input, CreatedAt, UpdatedAt, HistoryCount, HistoryPeak)
                VALUES('waiting', 'Old', '', 'e', 6, '42', 1, 1, 0, 0);
            INSERT INTO Messages(InstanceId, ExecutionId, VisibleAt, Event) VALUES('waiting', 'e', 1, '{started}');
            PRAGMA user_version = 1;
            """);
    }

    private long ReadVersion()
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        return (long)command.ExecuteScalar()!;
    }

    private void Execute(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Written in this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = FilePath, Pooling = false }.ConnectionString);
        connection.Open();
        return connection;
    }
}
