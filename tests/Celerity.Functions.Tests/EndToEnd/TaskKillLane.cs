using Azure.Data.Tables;
using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>Tasks, killed on their way from the send to the last of their effects.</summary>
internal sealed class TaskKillLane(string folder) : KillLane(folder, Settings)
{
    public const string Default = "celerity-default";

    public const string Held = "celerity-default-held";

    /// <summary>Nobody listens to it: what lies there begins when it is moved, so sends and runs do not mix.</summary>
    public const string Parked = "parked";

    public const string ParkedHeld = "parked-held";

    public const string Poison = "parked-poison";

    private const string Notes = "(PartitionKey ge 'sends-' and PartitionKey lt 'sends.') or PartitionKey eq 'open-groups'"
        + " or (PartitionKey eq 'controls' and RowKey ge 'Refill:' and RowKey lt 'Refill;')";

    // Long enough for each note of an interrupted send, and for each walk of the expiry.
    private static readonly TimeSpan Later = TimeSpan.FromMinutes(61);

    // What a dead process had received comes back by the storage's clock, after two seconds.
    private static readonly TimeSpan BetweenRounds = TimeSpan.FromMilliseconds(250);

    private static readonly Dictionary<string, string> Settings = new()
    {
        ["Celerity__Queues__0"] = Parked,
        ["Celerity__Routes__0__Task"] = "parked.*",
        ["Celerity__Routes__0__Queue"] = Parked,
        ["Celerity__Circuits__guarded__Probes"] = "1",

        // Messages have come by the storage's clock, which the app's is far ahead of: their letters would be too old to keep.
        ["Celerity__DeadLetters__RetentionDays"] = "3650",
    };

    private int _rounds;
    private TaskRound? _round;
    private TaskWork? _work;

    public TaskRound Round => _round!;

    /// <summary>Nothing more is to be seen at the end than after each work.</summary>
    public override Task FinishAsync() => Task.CompletedTask;

    /// <summary>Has a round of maintenance made, and waits for the last of its steps.</summary>
    public async Task MaintainToItsEndAsync()
    {
        Advance(Later);
        var before = (await FindCursorAsync())?.ETag;
        await MaintainAsync();
        await UntilAsync(async () => (await FindCursorAsync())?.ETag != before);
    }

    /// <summary>Lets the maintenance run, round by round, until something holds.</summary>
    public async Task MaintainUntilAsync(Func<Task<bool>> holds, string otherwise)
    {
        try
        {
            await UntilAsync(
                async () =>
                {
                    await MaintainToItsEndAsync();
                    return await holds();
                },
                BetweenRounds);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail(otherwise);
        }
    }

    /// <summary>Moves what is parked, one message after the other, and waits until each has gone through.</summary>
    public Task RunParkedAsync() => UntilAsync(async () =>
    {
        if (await CountAsync(Default) > 0)
        {
            return false;
        }

        if ((await Queue(Parked).ReceiveMessageAsync(TimeSpan.FromMinutes(10))).Value is not { } message)
        {
            return await CountAsync(Parked) == 0;
        }

        await Queue(Default).SendMessageAsync(message.MessageText);
        await Queue(Parked).DeleteMessageAsync(message.MessageId, message.PopReceipt);
        return false;
    });

    /// <summary>Waits until a replay or purge has ended.</summary>
    public Task WaitForActionAsync(string id) => UntilAsync(async () =>
    {
        using var response = await Client.GetAsync($"api/dead-letter-actions/{id}");
        return (await response.Content.ReadAsStringAsync()).Contains("\"endedAt\"", StringComparison.Ordinal);
    });

    /// <summary>Whether there is work for the maintenance: notes of what was interrupted and of queues to refill, actions on dead letters, sends that wait for their time, poison, what is held.</summary>
    public async Task<bool> IsAnythingLeftAsync() =>
        await Table("CelerityControl").QueryAsync<TableEntity>(Notes).AnyAsync()
        || await Table("CelerityScheduled").QueryAsync<TableEntity>().AnyAsync()
        || await Table("CelerityDeadLetters").QueryAsync<TableEntity>("PartitionKey eq 'actions' and hasEnded eq false").AnyAsync()
        || !await IsEmptyAsync(Poison)
        || !await IsEmptyAsync(Held);

    /// <summary>Finds how far the expiry has come, which each round of maintenance writes last.</summary>
    public async Task<TableEntity?> FindCursorAsync()
    {
        var found = await Table("CelerityControl").GetEntityIfExistsAsync<TableEntity>("expiry", "tasks");
        return found.HasValue ? found.Value : null;
    }

    public async Task<bool> IsEmptyAsync(string queue) => await CountAsync(queue) == 0;

    protected override async Task WarmUpAsync()
    {
        foreach (var work in new[] { nameof(MaintainWork), nameof(LimitWork) })
        {
            await BeginAsync(work);
            await WorkAsync();
            await SettleAsync(wasKilled: false);
        }
    }

    protected override async Task BeginAsync(string work)
    {
        // What is known of revocations is old then, so that the first pass asks for them.
        Advance(TimeSpan.FromMinutes(1));
        _round = new TaskRound(++_rounds, this);
        _work = TaskWork.Named(work, this);
        await _work.PrepareAsync();
    }

    protected override Task WorkAsync() => _work!.RunAsync();

    protected override async Task SettleAsync(bool wasKilled)
    {
        await RunParkedAsync();
        if (await IsAnythingLeftAsync())
        {
            await MaintainUntilAsync(
                async () =>
                {
                    await RunParkedAsync();
                    return !await IsAnythingLeftAsync();
                },
                "There is still something left for the maintenance.");
        }

        await new TaskRoundCheck(this, canCrash: wasKilled && _work!.RunsTasks).RunAsync();
        await _work!.CheckAsync();
    }
}
