namespace Celerity.LocalRuntime.Orchestration.Store;

/// <summary>The tables. Instants are UTC ticks; events, tags and failures are JSON.</summary>
internal static class SqliteSchema
{
    private const int CurrentVersion = 1;

    private static readonly string[] Statements =
    [
        "CREATE TABLE Owners(Id TEXT PRIMARY KEY, ProcessId INTEGER NOT NULL, ProcessStartedAt INTEGER NOT NULL, AliveUntil INTEGER NOT NULL) WITHOUT ROWID",
        """
        CREATE TABLE Instances(
            Id TEXT PRIMARY KEY, Name TEXT NOT NULL, Version TEXT NOT NULL, ExecutionId TEXT NOT NULL, Status INTEGER NOT NULL,
            Input TEXT, Output TEXT, CustomStatus TEXT, Failure TEXT, Parent TEXT, Tags TEXT,
            CreatedAt INTEGER NOT NULL, UpdatedAt INTEGER NOT NULL, StartAt INTEGER,
            HistoryCount INTEGER NOT NULL, HistoryPeak INTEGER NOT NULL,
            Owner TEXT, Claim INTEGER NOT NULL DEFAULT 0)
        """,
        "CREATE INDEX InstancesByOwner ON Instances(Owner) WHERE Owner IS NOT NULL",

        // One row an episode: its events as a JSON array.
        "CREATE TABLE History(InstanceId TEXT NOT NULL, FirstEvent INTEGER NOT NULL, Events TEXT NOT NULL, PRIMARY KEY(InstanceId, FirstEvent))",
        """
        CREATE TABLE Messages(
            Sequence INTEGER PRIMARY KEY AUTOINCREMENT, InstanceId TEXT NOT NULL, ExecutionId TEXT, VisibleAt INTEGER NOT NULL, Event TEXT NOT NULL)
        """,
        "CREATE INDEX MessagesByTime ON Messages(VisibleAt, InstanceId)",
        "CREATE INDEX MessagesByInstance ON Messages(InstanceId, VisibleAt)",
        """
        CREATE TABLE Activities(
            Sequence INTEGER PRIMARY KEY AUTOINCREMENT, InstanceId TEXT NOT NULL, ExecutionId TEXT NOT NULL, TaskId INTEGER NOT NULL,
            Name TEXT NOT NULL, Version TEXT NOT NULL, Input TEXT, Owner TEXT, Claim INTEGER NOT NULL DEFAULT 0)
        """,
        "CREATE INDEX ActivitiesByOwner ON Activities(Owner, Sequence)",
    ];

    /// <summary>Creates the tables in an empty file.</summary>
    /// <exception cref="InvalidOperationException">The file was written by another version of the runtime.</exception>
    public static void Ensure(SqliteSession session)
    {
        session.Execute("PRAGMA busy_timeout = 10000");

        // NORMAL survives the death of the process; only a power cut may cost the last moments, and never consistency.
        session.Execute("PRAGMA journal_mode = WAL");
        session.Execute("PRAGMA synchronous = NORMAL");

        // Pages of the log (4 KiB each) before they are moved into the file, which waits for the disk: 32 MB instead of 4.
        session.Execute("PRAGMA wal_autocheckpoint = 8000");
        session.Write(() =>
        {
            var found = session.Query("PRAGMA user_version", row => row.GetInt32(0))[0];
            if (found == 0)
            {
                foreach (var statement in Statements)
                {
                    session.Execute(statement);
                }

                session.Execute($"PRAGMA user_version = {CurrentVersion}");
            }
            else if (found != CurrentVersion)
            {
                throw new InvalidOperationException(
                    $"The orchestration store has format {found}; this version reads format {CurrentVersion}. Delete the file to start afresh.");
            }

            return found;
        });
    }
}
