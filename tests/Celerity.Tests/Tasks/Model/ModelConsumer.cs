using System.Runtime.CompilerServices;
using System.Text;
using Celerity.DeadLetters;
using Celerity.Handover;
using Celerity.Observing;
using Celerity.PoisonDrain;
using Celerity.Retry;
using Celerity.Revocation;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Tasks.Sending;
using Celerity.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Celerity.Tests.Tasks.Model;

/// <summary>
/// A process of the model: the real engine on seams that stop at each call until the explorer lets it go. Nothing else in it waits, so a
/// call that is let go runs on to the next one on the explorer's own thread.
/// </summary>
internal sealed class ModelConsumer : ITableStore, IQueueStore, IBlobStore, ITaskEffect, IRandomSource, IServiceScopeFactory, IServiceScope, IServiceProvider
{
    private static readonly MessageSigner Signer = new(Options.Create(new SigningOptions()));

    private readonly ModelWorld _world;
    private readonly TaskExecutor _executor;
    private readonly PoisonDrainer _drainer;
    private readonly BackgroundTasks _sender;
    private TaskCompletionSource<(Fate Fate, TaskOutcome? Outcome)>? _gate;

    public ModelConsumer(ModelWorld world)
    {
        _world = world;
        var tables = world.Scenario.Mutant.Tables(this, this);
        var rows = new ControlRows(tables, world.Time);
        var deadLetters = new DeadLetterStore(tables, this);
        DeadLetterEffect = new DeadLetterEffect(deadLetters);
        var encoder = new TaskEncoder(this, Options.Create(new SendingOptions()), Signer);
        var reader = new MessageReader(Signer);
        var handover = new TaskHandover(rows, this, encoder);
        var observers = new TaskObservers([], NullLogger<TaskObservers>.Instance);
        var revocations = new Revocations(new RevocationStore(tables, world.Time), world.Time);
        var settlement = new TaskSettlement(rows, handover, [this], this, observers, world.Time, NullLogger<TaskSettlement>.Instance);
        var resend = new TaskResend(rows, handover, settlement);
        var payloads = new PayloadReader(this, Options.Create(new SendingOptions()));
        var attempts = new TaskAttempt(this, payloads, tables, revocations, observers, [], world.Time, NullLoggerFactory.Instance);
        var claims = new TaskClaims(ModelWorld.Registry, rows, settlement, NullLogger<TaskClaims>.Instance);

        // One at a time: what runs beside would not stop where the explorer looks.
        _executor = new TaskExecutor(
            ModelWorld.Registry, reader, claims, attempts, settlement, resend, deadLetters, [new RevocationGate(revocations), new DueGate(world.Time)], revocations, observers, new WorkerOptions { PackParallelism = 1 }, this, world.Time, NullLogger<TaskExecutor>.Instance);
        _drainer = new PoisonDrainer(this, reader, resend, deadLetters, world.Time, NullLogger<PoisonDrainer>.Instance);
        var notes = new SendNotes(tables, world.Time);
        var reserved = new ReservedSends(tables, this, notes, new DebounceRows(tables), world.Time);
        _sender = new BackgroundTasks(
            ModelWorld.Registry,
            new TaskQueues(),
            encoder,
            Signer,
            reserved,
            new UniqueSends(tables, reserved, rows, world.Time),
            new OrderedSends(tables, reserved, notes, rows, encoder, world.Time),
            this,
            tables,
            Options.Create(new SendingOptions()),
            observers,
            world.Time,
            NullLogger<BackgroundTasks>.Instance);
    }

    /// <summary>Gets the call it waits at, or <see langword="null"/>.</summary>
    public string? Pending { get; private set; }

    public bool IsAtHandler => Pending == "handler";

    public bool CanBeRepeated => !IsAtHandler && !IsReading;

    /// <summary>Gets whether nothing that it does next can be seen from outside: to die here is to die a call later.</summary>
    public bool IsInvisible => IsAtHandler || IsReading;

    /// <summary>Gets whether what it does next neither sees nor changes what the other consumer sees: their order does not matter.</summary>
    public bool IsIndependent => IsAtHandler || (Pending is { } call && (call.StartsWith("effect", StringComparison.Ordinal) || call.StartsWith("keep", StringComparison.Ordinal)));

    private bool IsReading => Pending is { } call && (call.StartsWith("find", StringComparison.Ordinal) || call == "query");

    /// <summary>Gets what it has seen since its pass began: with the code, that is its whole state.</summary>
    public StringBuilder Seen { get; } = new();

    public Task? Pass { get; private set; }

    /// <summary>Gets the messages it has received and neither deleted nor lost.</summary>
    public List<QueueItem> Items { get; } = [];

    public ITaskEffect DeadLetterEffect { get; }

    private bool HasEnded { get; set; }

    public void Begin(ModelMessage message)
    {
        var item = ModelQueues.Receive(message);
        Items.Add(item);
        var count = _world.Scenario.Mutant.ForgetsDequeueCount ? 1 : item.DequeueCount;
        Start($"{item.MessageId}/{item.DequeueCount}", async () =>
        {
            if (_world.Scenario.Mutant.ExplodesAsItIs && count > 1 && item.Body.Contains("\"batch\"", StringComparison.Ordinal))
            {
                await ExplodeAsItIsAsync(item).ConfigureAwait(false);
            }
            else
            {
                await _executor.RunAsync(
                    new TaskDelivery(Encoding.UTF8.GetBytes(item.Body), item.MessageId, count, StorageNames.DefaultQueue),
                    CancellationToken.None).ConfigureAwait(false);
            }

            // The host deletes when the function returns; it may die before it does.
            await CallAsync("delete", () => _world.Queues.Delete(item)).ConfigureAwait(false);
        });
    }

    public void BeginDrain() => Start("drain", async () =>
    {
        if (_world.Scenario.Mutant.DrainsAsItIs)
        {
            await _drainer.DrainAsync(
                StorageNames.DefaultQueue,
                item => ((IQueueStore)this).SendAsync(StorageNames.DefaultQueue, item.Body, TimeSpan.Zero, CancellationToken.None),
                CancellationToken.None).ConfigureAwait(false);
        }
        else
        {
            await _drainer.DrainTasksAsync(StorageNames.DefaultQueue, CancellationToken.None).ConfigureAwait(false);
        }
    });

    public void BeginSend() => Start("send", () => _sender.EnqueueAsync(_world.Scenario.Reserved!, new EnqueueOptions { IdempotencyKey = "k" }));

    /// <summary>Lets the pending call go.</summary>
    public void Go(Fate fate = Fate.Done, TaskOutcome? outcome = null)
    {
        var gate = _gate!;
        (_gate, Pending) = (null, null);
        gate.SetResult((fate, outcome));
        Rest();
    }

    /// <summary>Dies where it is. What it has received comes again.</summary>
    public void Die()
    {
        LoseLeases();
        (_gate, Pending, Pass) = (null, null, null);
        Seen.Clear();
    }

    public void LoseLeases()
    {
        Items.ForEach(_world.Queues.EndLease);
        Items.Clear();
    }

    // A handler is a call like any other: what it returns is the explorer's choice.
    public async ValueTask<TaskOutcome> HandleAsync(TaskContext context)
    {
        _gate = new TaskCompletionSource<(Fate, TaskOutcome?)>();
        Pending = "handler";
        var (_, outcome) = await _gate.Task.ConfigureAwait(false);
        Seen.Append(outcome!.Kind).Append(context.Attempt);
        return outcome;
    }

    ValueTask<string?> ITableStore.TryInsertAsync(string table, TableRow row, CancellationToken cancellationToken)
    {
        // Notes are for the sweep, which is not in the model: here they cost no step.
        if (table == StorageNames.ControlTable)
        {
            return ValueTask.FromResult<string?>("note");
        }

        HasEnded |= row.Values.ContainsKey("endedAt");
        return CallAsync($"{(table == StorageNames.DeadLettersTable ? "keep" : "insert")} {row.RowKey} {Short(row)}", () => _world.Tables.Insert(table, row));
    }

    ValueTask<bool> ITableStore.TryInsertAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    ValueTask<IReadOnlyList<string>?> ITableStore.TryWriteAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken)
    {
        HasEnded |= rows.Any(row => row.Values.ContainsKey("endedAt"));
        return CallAsync(
            $"write {string.Join(' ', rows.Select(row => $"{row.RowKey} {row.ETag} {Short(row)}"))}", () => _world.Tables.WriteAll(table, rows));
    }

    ValueTask<string?> ITableStore.TryReplaceAsync(string table, TableRow row, string etag, CancellationToken cancellationToken)
    {
        HasEnded |= row.Values.ContainsKey("endedAt");
        return CallAsync($"replace {row.RowKey} {etag} {Short(row)}", () => _world.Tables.Replace(table, row, etag));
    }

    ValueTask<bool> ITableStore.TryDeleteAllAsync(string table, IReadOnlyList<TableRow> rows, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    ValueTask<bool> ITableStore.TryDeleteAsync(string table, string partitionKey, string rowKey, string etag, CancellationToken cancellationToken) =>
        table == StorageNames.ControlTable ? ValueTask.FromResult(true) : throw new NotSupportedException();

    ValueTask<TableRow?> ITableStore.FindAsync(string table, string partitionKey, string rowKey, CancellationToken cancellationToken) =>
        CallAsync($"find {rowKey}", () => _world.Tables.Find(table, partitionKey, rowKey));

    // Only revocations are queried. Where nobody revokes, all is as if they had been read just now: one step less in every order.
    async IAsyncEnumerable<TableRow> ITableStore.QueryAsync(
        string table, TableQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_world.Scenario.Revokes == 0)
        {
            yield break;
        }

        foreach (var row in await CallAsync("query", () => _world.Tables.All(table).ToList()).ConfigureAwait(false))
        {
            yield return row;
        }
    }

    async ValueTask IQueueStore.SendAsync(string queue, string body, TimeSpan delay, CancellationToken cancellationToken) =>
        await CallAsync("send", () =>
        {
            _world.Queues.Send(queue, body);
            return true;
        }).ConfigureAwait(false);

    ValueTask<IReadOnlyList<QueueItem>> IQueueStore.ReceiveAsync(string queue, int limit, TimeSpan lease, CancellationToken cancellationToken) =>
        CallAsync<IReadOnlyList<QueueItem>>("receive", () =>
        {
            var items = _world.Queues.Messages.Where(message => message.Queue == queue && message.IsVisible).Select(ModelQueues.Receive).ToList();
            Items.AddRange(items);
            return items;
        });

    ValueTask<bool> IQueueStore.TryDeleteAsync(string queue, QueueItem item, CancellationToken cancellationToken) =>
        CallAsync("delete", () => _world.Queues.Delete(item));

    ValueTask<BlobFacts?> IBlobStore.FindAsync(string container, string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    ValueTask<Stream> IBlobStore.OpenReadAsync(
        string container, string name, long offset, long? length, string? etag, CancellationToken cancellationToken) => throw new NotSupportedException();

    ValueTask<bool> IBlobStore.TryDeleteAsync(string container, string name, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    ValueTask IBlobStore.WriteAsync(string container, string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    async ValueTask ITaskEffect.ApplyAsync(TaskEnvelope envelope, string queue, ControlRow ended, CancellationToken cancellationToken)
    {
        if (_world.Scenario.Mutant.MakesEffectsOnce && !HasEnded)
        {
            return;
        }

        await CallAsync($"effect {ended.State}", () => _world.Effects.Add($"{envelope.Id} {ended.State}")).ConfigureAwait(false);
        await DeadLetterEffect.ApplyAsync(envelope, queue, ended, cancellationToken).ConfigureAwait(false);
    }

    double IRandomSource.NextDouble() => 0;

    IServiceScope IServiceScopeFactory.CreateScope() => this;

    IServiceProvider IServiceScope.ServiceProvider => this;

    object? IServiceProvider.GetService(Type serviceType) => Activator.CreateInstance(serviceType, this);

    void IDisposable.Dispose()
    {
    }

    private void Start(string name, Func<Task> pass)
    {
        Seen.Clear().Append(name);
        HasEnded = false;
        Pass = pass();
        Rest();
    }

    private void Rest()
    {
        if (Pass!.IsCompleted)
        {
            // What was received and not deleted comes again: at once where the pass failed, as the host sees to it.
            LoseLeases();
            var pass = Pass;
            Pass = null;
            Seen.Clear();
            if (pass.Exception?.InnerException is not null and not IOException)
            {
                pass.GetAwaiter().GetResult();
            }
        }
        else if (Pending is null)
        {
            throw new InvalidOperationException("A pass waits for something that is no call to storage.");
        }
    }

    private async ValueTask<T> CallAsync<T>(string name, Func<T> work)
    {
        _gate = new TaskCompletionSource<(Fate, TaskOutcome?)>();
        Pending = name;
        var (fate, _) = await _gate.Task.ConfigureAwait(false);
        if (fate is Fate.DoneTwice or Fate.FailsAfter)
        {
            _ = work();
        }

        if (fate is Fate.Fails or Fate.FailsAfter)
        {
            Seen.Append(name).Append(" failed;");
            throw new IOException($"{name}: {fate}");
        }

        var result = work();
        Seen.Append(name).Append('=').Append(result switch
        {
            TableRow row => $"{row.ETag} {Short(row)}",
            IReadOnlyList<TableRow> rows => string.Join(',', rows.Select(row => row.RowKey)),
            IReadOnlyList<string> etags => string.Join(',', etags),
            IReadOnlyList<QueueItem> items => string.Join(',', items.Select(item => item.MessageId)),
            _ => result,
        }).Append(';');
        return result;
    }

    private async Task ExplodeAsItIsAsync(QueueItem item)
    {
        foreach (var envelope in MessageCodec.Decode(Encoding.UTF8.GetBytes(item.Body), item.MessageId).Tasks)
        {
            await ((IQueueStore)this).SendAsync(StorageNames.DefaultQueue, MessageCodec.Encode(envelope), TimeSpan.Zero, CancellationToken.None)
                .ConfigureAwait(false);
        }
    }

    private static string Short(TableRow row) => string.Join(
        ',', new[] { "state", "seq", "delivery", "attempt", "crashes", "messageId", "dequeueCount", "attemptId" }.Select(name => row.Values.GetValueOrDefault(name)));
}
