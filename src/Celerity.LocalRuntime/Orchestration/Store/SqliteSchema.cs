namespace Celerity.LocalRuntime.Orchestration.Store;

/// <summary>The tables. Instants are UTC ticks; events, messages, tags and failures are JSON.</summary>
internal static class SqliteSchema
{
    /// <summary>What each version of the format adds to the one before: a file of any version is brought up to date in place.</summary>
    private static readonly string[][] Versions =
    [
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
        ],
        [
            """
            CREATE TABLE Entities(
                Id TEXT PRIMARY KEY, State TEXT, UpdatedAt INTEGER NOT NULL, LockedBy TEXT, LockId TEXT, Owner TEXT, Claim INTEGER NOT NULL DEFAULT 0)
            """,
            "CREATE INDEX EntitiesByOwner ON Entities(Owner) WHERE Owner IS NOT NULL",
            "CREATE INDEX EntitiesByLock ON Entities(LockedBy) WHERE LockedBy IS NOT NULL",

            // The requester is the orchestration that wants a lock; other messages have none.
            """
            CREATE TABLE EntityMessages(
                Sequence INTEGER PRIMARY KEY AUTOINCREMENT, EntityId TEXT NOT NULL, VisibleAt INTEGER NOT NULL,
                LockId TEXT, Requester TEXT, Message TEXT NOT NULL)
            """,
            "CREATE INDEX EntityMessagesByTime ON EntityMessages(VisibleAt)",
            "CREATE INDEX EntityMessagesByEntity ON EntityMessages(EntityId, Sequence)",
            "CREATE INDEX EntityMessagesByRequester ON EntityMessages(Requester) WHERE Requester IS NOT NULL",
        ],
    ];

    /// <summary>Creates the tables in an empty file, and those that are missing in one of an older version.</summary>
    /// <exception cref="InvalidOperationException">The file was written by a newer version of the runtime; it is left as it was.</exception>
    public static void Ensure(SqliteSession session)
    {
        session.Execute("PRAGMA busy_timeout = 10000");
        RefuseNewer(session);

        // NORMAL survives the death of the process; only a power cut may cost the last moments, and never consistency.
        session.Execute("PRAGMA journal_mode = WAL");
        session.Execute("PRAGMA synchronous = NORMAL");

        // Pages of the log (4 KiB each) before they are moved into the file, which waits for the disk: 32 MB instead of 4.
        session.Execute("PRAGMA wal_autocheckpoint = 8000");
        session.Write(() =>
        {
            // Another process may have been here first.
            var found = RefuseNewer(session);
            foreach (var statement in Versions.Skip(found).SelectMany(statements => statements))
            {
                session.Execute(statement);
            }

            if (found < Versions.Length)
            {
                session.Execute($"PRAGMA user_version = {Versions.Length}");
            }

            return found;
        });
    }

    private static int RefuseNewer(SqliteSession session)
    {
        var found = session.Query("PRAGMA user_version", row => row.GetInt32(0))[0];
        return found <= Versions.Length
            ? found
            : throw new InvalidOperationException(
                $"The orchestration store has format {found}; this version of the runtime knows formats up to {Versions.Length}. "
                + "Use the newer version, or delete the file to start afresh.");
    }
}
