using System.Diagnostics;
using System.Text.Json;
using Azure.Storage.Queues;
using Celerity.Cli.Metering;
using Celerity.SoakApp;
using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>What a task costs at each level of tracking, in storage requests as a proxy counts them: the tables of <c>docs/results.md</c>.</summary>
public sealed class TrackingCostTests(MeteredApp app, ITestOutputHelper output) : IClassFixture<MeteredApp>
{
    private const int Plain = 240;
    private const int Retried = 48;
    private const int Twins = 48;
    private const int Packed = 3_000;

    private const string Queue = "celerity-default";
    private const string Table = "CelerityTasks";

    // As host.json says: how many messages one receive brings, and how many run at once.
    private const int ReceiveBatch = 16;
    private const int Concurrency = 24;

    private const string ControlTable = "CelerityControl";
    private const string WorkersTable = "CelerityWorkers";
    private const string HistoryTable = "CelerityHistory";

    // What only maintenance looks into, as long as there is nothing for it to do.
    private static readonly HashSet<string> MaintainedTables = ["CelerityDeadLetters", "CelerityKeys", "CelerityLedger", "CelerityLimits", "CelerityRuns", "CelerityScheduled"];

    private static readonly HashSet<string> MakingKinds =
        ["queue create", "queue metadata", "table create", "table list", "blob create container", "blob container"];

    [Theory]
    [InlineData("soak.untracked", 0, 0, 0)]
    [InlineData("soak.stored", 0, 1, 0)]
    [InlineData("soak.tracked", 1, 1, 1)]
    public async Task Single_AtConcurrency24_CostsWhatTheTableSays(string task, int rowsSent, int inserts, int updates)
    {
        app.Bench.SkipWithoutAzurite();

        var sent = await MeasureAsync(() => SendAsync(task, Numbers(failures: 0).Take(Plain)));

        Assert.Equal(Work(puts: Plain, inserts: rowsSent * Plain), sent);
        var before = app.Requests;
        await using var worker = app.StartWorker();
        await app.WaitUntilEmptyAsync(Queue);

        // All messages were there before, so each receive was full.
        Assert.Equal(
            Work(receives: Plain / ReceiveBatch, deletes: Plain, inserts: inserts * Plain, updates: updates * Plain), WorkOf(app.Requests.Since(before)));

        // A retry: the successor and its row; then it is read, claimed and ended. At the lower levels the first row comes with the hand-over.
        var isTracked = updates == 1;
        var retried = await MeasureAsync(async () =>
        {
            await SendAsync(task, Numbers(failures: 1).Take(Retried));
            await app.WaitUntilEmptyAsync(Queue);
        });

        Assert.Equal(
            Work(
                puts: 2 * Retried,
                deletes: 2 * Retried,
                inserts: (rowsSent + 1) * Retried,
                finds: Retried,
                updates: (isTracked ? 3 : 2) * Retried),
            retried with { Receives = 0 });
        Assert.InRange(retried.Receives, 2 * Retried / ReceiveBatch, 2 * Retried);

        // A twin: its insert is refused and the row read, at the claim or at the end; nothing is stored at None, so it just runs.
        var isStored = inserts == 1;
        var twins = await MeasureAsync(async () =>
        {
            await SendTwinsAsync(task);
            await app.WaitUntilEmptyAsync(Queue);
        });

        Assert.Equal(
            Work(deletes: 2 * Twins, inserts: isStored ? 2 * Twins : 0, finds: isStored ? Twins : 0, updates: updates * Twins), twins with { Receives = 0 });
        Assert.InRange(twins.Receives, 2 * Twins / ReceiveBatch, 2 * Twins);
    }

    [Theory]
    [InlineData("soak.untracked", false, false)]
    [InlineData("soak.stored", true, false)]
    [InlineData("soak.tracked", true, true)]
    public async Task Packed_AtConcurrency24_CostsWhatTheTableSays(string task, bool isStored, bool isTracked)
    {
        app.Bench.SkipWithoutAzurite();
        IReadOnlyList<string> ids = [];

        var sent = await MeasureAsync(async () => ids = await SendPackedAsync(task));

        // The last digit of an id names its pack, as long as there are no more packs than digits.
        var packs = ids.CountBy(id => id[^1]).Select(pack => pack.Value).ToList();
        Assert.InRange(packs.Count, Packed / 600, 16);
        var full = packs.Sum(Transactions);
        Assert.Equal(Work(puts: packs.Count, batches: isTracked ? full : 0), sent);
        var (before, started) = (app.Requests, Stopwatch.GetTimestamp());
        await using var worker = app.StartWorker();
        await app.WaitUntilEmptyAsync(Queue);
        var run = WorkOf(app.Requests.Since(before));

        // A pack whose first end has waited for a second stores early, which is a write more.
        var early = isStored ? packs.Count * (int)Stopwatch.GetElapsedTime(started).TotalSeconds : 0;
        var least = (isTracked ? full : 0) + (isStored ? full : 0);
        Assert.InRange(run.Batches + run.Inserts + run.Updates, least, least + early);
        Assert.Equal(
            Work(receives: (packs.Count + ReceiveBatch - 1) / ReceiveBatch, deletes: packs.Count),
            run with { Batches = 0, Inserts = 0, Updates = 0 });
        Assert.InRange((sent.Total + run.Total) / (double)Packed, 0, 0.15);
        output.WriteLine($"{packs.Count} packs; {sent.Total} requests to send, {run.Total} to run; {run.Batches + run.Inserts + run.Updates} writes, of {least} to {least + early}.");
    }

    private static int Transactions(int rows) => (rows + 99) / 100;

    private static IEnumerable<int> Numbers(int failures) =>
        Enumerable.Range(0, int.MaxValue).Where(number => SoakPlan.FailuresOf(number) == failures);

    private Task SendAsync(string task, IEnumerable<int> numbers) => Parallel.ForEachAsync(
        numbers,
        new ParallelOptions { MaxDegreeOfParallelism = Concurrency },
        async (number, cancellation) =>
        {
            using var response = await app.Sender.PostTextAsync($"api/tasks/{task}", $$"""{"number":{{number}}}""");
            Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(cancellation));
        });

    // Past the proxy: as a client library sends again whose reply was lost.
    private Task SendTwinsAsync(string task)
    {
        var queue = new QueueClient(app.Bench.ConnectionString, Queue);
        var messages = Numbers(failures: 0).Take(Twins).Select(number =>
            $$"""{"id":"{{Guid.CreateVersion7()}}","delivery":"once","task":"{{task}}","payload":{"number":{{number}}} }""").ToList();
        return Parallel.ForEachAsync(messages.Concat(messages), async (message, token) => await queue.SendMessageAsync(message, token));
    }

    private async Task<IReadOnlyList<string>> SendPackedAsync(string task)
    {
        using var response = await app.Sender.PostAsync("api/batches", Numbers(failures: 0).Take(Packed).Select(number => new { task, payload = new { number } }));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return [.. JsonElement.Parse(text).GetProperty("ids").EnumerateArray().Select(id => id.GetString()!)];
    }

    private async Task<WorkRequests> MeasureAsync(Func<Task> work)
    {
        var before = app.Requests;
        await work();
        return WorkOf(app.Requests.Since(before));
    }

    private static WorkRequests Work(
        long puts = 0, long receives = 0, long deletes = 0, long inserts = 0, long finds = 0, long updates = 0, long batches = 0) =>
        new(puts, receives, deletes, inserts, finds, updates, batches, Other: "");

    private static WorkRequests WorkOf(StorageRequests requests)
    {
        return new WorkRequests(
            Of("queue put", Queue),
            Of("queue get", Queue),
            Of("queue delete", Queue),
            Of("table insert", Table),
            Of("table get", Table),
            Of("table update", Table),
            Of("table batch", ""),
            string.Join(", ", requests.ByTarget.Where(request => !IsKnown(request.Key)).Select(request => $"{request.Key} {request.Value}")));

        long Of(string kind, string target) => requests.ByTarget.GetValueOrDefault((kind, target));
    }

    private static bool IsKnown((string Kind, string Target) request) =>
        request is ("queue put" or "queue get" or "queue delete", Queue) or ("table insert" or "table get" or "table update", Table) or ("table batch", "")
        || IsIdle(request.Kind, request.Target);

    // What processes ask for whether there is work or not, told by where it goes: polls that bring nothing, the making of what is missing, heartbeats,
    // the history, the rules of revocation and the cursors of maintenance, and what it looks for. A task's row is only ever looked for by its key: queries are expiry's.
    private static bool IsIdle(string kind, string target) =>
        kind == RequestKind.QueueGetEmpty
        || MakingKinds.Contains(kind)
        || (kind.StartsWith("table ", StringComparison.Ordinal) && target is ControlTable or WorkersTable or HistoryTable)
        || (kind is "table query" or "table get" && MaintainedTables.Contains(target))
        || (kind, target) == ("table query", Table);
}
