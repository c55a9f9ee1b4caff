using System.Text.Json;
using Celerity.LocalRuntime.Orchestration.Dispatch;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Orchestration.Programs;

/// <summary>
/// Random orchestrations, once undisturbed and once with the process killed again and again just before or just after a call to its store:
/// the end is the same. To see one again: run the test with its first seed, or <see cref="CheckAsync"/> with its own.
/// </summary>
public sealed class RandomPrograms
{
    private const int Programs = 2_000;
    private const int ProgramsATest = 200;
    private const int MostDeaths = 4;
    private const int LatestDeath = 60;

    public static TheoryData<int> FirstSeeds => [.. Enumerable.Range(0, Programs / ProgramsATest).Select(i => i * ProgramsATest)];

    [Theory]
    [MemberData(nameof(FirstSeeds))]
    public async Task Killed_AgainAndAgain_EndsAsUndisturbed(int firstSeed)
    {
        for (var seed = firstSeed; seed < firstSeed + ProgramsATest; seed++)
        {
            await CheckAsync(seed);
        }
    }

    private static async Task CheckAsync(int seed)
    {
        var program = new RandomProgram(seed).Make();
        var expected = await TryRunAsync(program, deaths: null);
        var found = await TryRunAsync(program, new Random(seed));

        Assert.True(
            expected == found && expected.StartsWith("Completed", StringComparison.Ordinal),
            $"seed {seed}, program {JsonSerializer.Serialize(program)}\nundisturbed: {expected}\nkilled:      {found}");
        Assert.DoesNotContain("changed by a replay", expected, StringComparison.Ordinal);
        Assert.DoesNotContain("torn apart", expected, StringComparison.Ordinal);
        Assert.DoesNotContain("woken too early", expected, StringComparison.Ordinal);
    }

    private static async Task<string> TryRunAsync(Program program, Random? deaths)
    {
        try
        {
            return await RunAsync(program, deaths);
        }
        catch (Exception exception) when (exception is InvalidOperationException or TimeoutException)
        {
            return exception.Message;
        }
    }

    private static async Task<string> RunAsync(Program program, Random? deaths)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var store = SqliteOrchestrationStore.InMemory();
        var code = new ProgramCode();
        store.TryCreate(NewInstances.Create("main", ProgramCode.Orchestrator, "", JsonSerializer.Serialize(program), time.GetUtcNow()), []);
        for (var death = deaths?.Next(1, MostDeaths + 1) ?? 0; death > 0; death--)
        {
            await EngineWorld.RunUntilDeathAsync("main", new MortalStore(store, deaths!.Next(LatestDeath), after: deaths.Next(2) == 0), code, time);

            // What a dead process held is free when its lease is over.
            time.Advance(TimeSpan.FromMinutes(1));
        }

        await using var world = new EngineWorld(new MortalStore(store, int.MaxValue, after: true), code, time);
        var ended = await world.RunToEndAsync("main");
        await world.SettleAsync();
        var counted = new[] { ProgramEntities.One, ProgramEntities.Two }.Select(id => store.Entities.Find(id.ToString(), time.GetUtcNow()));
        return $"{ended.RuntimeStatus} {ended.SerializedOutput} {ended.SerializedCustomStatus} {string.Join('=', counted.Select(row => $"{row?.State}{row?.LockedBy}"))}";
    }
}
