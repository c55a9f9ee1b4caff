using Celerity.Storage;
using Celerity.Tasks.Sending;
using Celerity.TestKit.Faults;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Tasks.Sending;

/// <summary>
/// A kill, a lost request and a lost reply at every call to storage of every kind of send, its run included. What was acknowledged ends once,
/// and nothing is left that would keep a later send of the same key from running.
/// </summary>
public sealed class SendCrashTests
{
    public static TheoryData<string> Kinds => ["plain", "delayed", "idempotent", "unique", "cached", "debounced", "ordered", "far", "prepared", "many", "large"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Send_AnyFaultAtAnyCall_WhatIsAcknowledgedEndsOnce(string kind)
    {
        var record = new FaultPlan();
        await new Trial(kind, record).RunAsync();

        foreach (var plan in FaultPlan.ForEach(record.Calls))
        {
            await new Trial(kind, plan).RunAsync();

            Assert.True(plan.HasFired, plan.ToString());
        }
    }

    private sealed class Trial(string kind, FaultPlan plan)
    {
        private readonly TaskSimulation _simulation = new();
        private readonly List<string> _sent = [];

        public async Task RunAsync()
        {
            _simulation.Script.Run = context => kind == "ordered" && context.Attempt == 1 && _sent is [var first, ..] && context.Id == first
                ? throw new InvalidOperationException("The first one fails once.")
                : TaskOutcome.CompletedWith("done");
            var worker = _simulation.Worker(plan);
            await TryAsync(async () =>
            {
                await SendAsync(worker);
                await SettleAsync(worker);
            });
            await SettleAsync(plan.IsDead ? _simulation.Worker() : worker);
            await CheckAsync();
        }

        private static async Task TryAsync(Func<Task> run)
        {
            try
            {
                await run();
            }
            catch (Exception exception) when (exception is ProcessKilledException or InjectedFaultException)
            {
            }
        }

        private async Task SendAsync(IServiceProvider worker)
        {
            for (var number = 1; number <= 2; number++)
            {
                _sent.AddRange(await SendOneAsync(worker.GetRequiredService<IBackgroundTasks>(), $"{kind} {number}"));
                _simulation.Time.Advance(TimeSpan.FromSeconds(10));
            }
        }

        private async Task<IReadOnlyList<string>> SendOneAsync(IBackgroundTasks tasks, string text)
        {
            var options = kind switch
            {
                "delayed" => new EnqueueOptions { Delay = TimeSpan.FromMinutes(5) },
                "idempotent" => new EnqueueOptions { IdempotencyKey = "k" },
                "unique" => new EnqueueOptions { UniqueKey = "k" },
                "debounced" => new EnqueueOptions { DebounceKey = "k", DebounceWindow = TimeSpan.FromMinutes(1) },
                "ordered" => new EnqueueOptions { OrderKey = "k" },
                "far" => new EnqueueOptions { Eta = TaskSimulation.Start.AddDays(10) },
                _ => null,
            };
            switch (kind)
            {
                case "many":
                    return await tasks.EnqueueManyAsync([new EchoTask(text), new EchoTask(text)]);
                case "cached":
                    return [await tasks.EnqueueAsync(new CachedTask("same"))];
                case "large":
                    return [await tasks.EnqueueAsync(new EchoTask(text + Noise(80_000)))];
                case "prepared":
                    var prepared = await tasks.PrepareAsync(new EchoTask(text));
                    await tasks.SendPreparedAsync(prepared);
                    return [await tasks.SendPreparedAsync(prepared)];
                default:
                    return [await tasks.EnqueueAsync(new EchoTask(text), options)];
            }
        }

        // Longer than a note without a row is kept, and past any time a task was sent for.
        private async Task SettleAsync(IServiceProvider worker)
        {
            foreach (var wait in new[] { TimeSpan.FromMinutes(2), TimeSpan.FromHours(2), TimeSpan.FromDays(11), TimeSpan.FromMinutes(2) })
            {
                _simulation.Storage.Queues.LoseLeases(TaskSimulation.Queue);
                await TaskSimulation.MaintainAsync(worker);
                await _simulation.DrainAsync(worker);
                _simulation.Time.Advance(wait);
            }
        }

        private async Task CheckAsync()
        {
            foreach (var (at, id) in _sent.Index())
            {
                var row = await _simulation.FindAsync(id);

                // The last one too may have been replaced: by a send that was not acknowledged. Then that one ran.
                var isReplaced = kind == "debounced" && (at < _sent.Count - 1
                    || (row?.State == TaskState.Discarded && !_sent.Contains(_simulation.Script.Runs[^1].Id)));
                Assert.True(row?.State == (isReplaced ? TaskState.Discarded : TaskState.Succeeded), $"{plan}: {id} is {row?.State}, {row?.Ending?.Reason}");
            }

            var order = _simulation.Script.Runs.Select(run => run.Id).Where(_sent.Contains).Distinct().ToList();
            Assert.True(kind != "ordered" || order.SequenceEqual(_sent), $"{plan}: ran {string.Join(", ", order)}");
            Assert.Equal(0, _simulation.Storage.Queues.Count(TaskSimulation.Queue));
            Assert.True(_simulation.Storage.Tables.Count(StorageNames.ControlTable) == 0, $"{plan}: a note is left");
            Assert.Equal(0, _simulation.Storage.Tables.Count(StorageNames.ScheduledTable));

            await foreach (var row in ((ITableStore)_simulation.Storage.Tables).QueryAsync(StorageNames.TasksTable, new TableQuery(null), CancellationToken.None))
            {
                Assert.True(row.FindString("state") != SendRow.Reserved, $"{plan}: {row.RowKey} was never sent");
            }

            var later = _simulation.Worker();
            foreach (var id in await SendOneAsync(later.GetRequiredService<IBackgroundTasks>(), "later"))
            {
                await SettleAsync(later);
                Assert.True((await _simulation.FindAsync(id))?.State == TaskState.Succeeded, $"{plan}: a later send does not run");
            }

            // An order key's last ticket stays, and what says whose result is cached.
            Assert.True(
                _simulation.Storage.Tables.Count(StorageNames.KeysTable) <= (kind is "ordered" or "cached" ? 1 : 0), $"{plan}: a row of a key is left");
        }
    }

    // What no compression makes small.
    internal static string Noise(int length)
    {
        var random = new Random(1);
        return string.Create(length, random, (span, source) =>
        {
            foreach (ref var character in span)
            {
                character = (char)('0' + source.Next(64));
            }
        });
    }
}
