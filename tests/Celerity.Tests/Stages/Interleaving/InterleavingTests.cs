using Celerity.Stages.Combining;
using Xunit;

namespace Celerity.Tests.Stages.Interleaving;

/// <summary>
/// Two workers on one stage, in every order of their calls that fits the time: whatever the order, the stage ends with the same bytes,
/// and no message is left or multiplies.
/// </summary>
public sealed class InterleavingTests
{
    private static readonly Move[] Steps = [Move.StepFirst, Move.StepSecond, Move.StepWatch];

    // A kill and a lost lease count as a crash of the chunk each; below three of them no chunk may end as crashed.
    private static readonly Move[] Disturbances = [Move.KillFirst, Move.KillSecond, Move.LoseLeases];

    // A worker runs p calls and is disturbed, the other runs q calls, the first goes on to its end, then the other.
    [Theory]
    [InlineData(Move.LoseLeases)]
    [InlineData(Move.Duplicate)]
    [InlineData(Move.KillFirst)]
    [InlineData(Move.BeginWatch)]
    public async Task TwoWorkers_EachPreemptionOfEachOther_EndWithTheSameBytes(Move disturbance)
    {
        var expected = await UndisturbedAsync();
        for (var first = 0; first <= 40; first++)
        {
            for (var second = 0; second <= 40; second += 1 + (first % 3))
            {
                var workers = new TwoWorkers();
                try
                {
                    await workers.BeginAsync();
                    await RepeatAsync(workers, Move.StepFirst, first);
                    await workers.MakeAsync(workers.Can(disturbance) ? disturbance : Move.LoseLeases);
                    await RepeatAsync(workers, disturbance == Move.BeginWatch ? Move.StepWatch : Move.StepSecond, second);
                    await RepeatAsync(workers, Move.StepFirst, int.MaxValue);
                    Assert.Equal(expected, await workers.EndAsync());
                    Assert.InRange(workers.Sends, 3, 30);
                }
                catch (Exception exception)
                {
                    throw new InvalidOperationException($"{first} {disturbance} {second}: {workers}", exception);
                }
            }
        }
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public async Task TwoWorkers_AnyRandomOrder_EndWithTheSameBytes(int seed, bool cancels)
    {
        var expected = await UndisturbedAsync();
        var random = new Random(seed);
        for (var run = 0; run < 400; run++)
        {
            var workers = new TwoWorkers();
            try
            {
                await workers.BeginAsync();
                await DisturbAsync(workers, random, cancels);
                var end = await workers.EndAsync();
                Assert.True(end is null ? cancels : end == expected, $"{end}");
                Assert.InRange(workers.Sends, 1, 60);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"run {run} of seed {seed}: {workers}", exception);
            }
        }
    }

    private static async Task DisturbAsync(TwoWorkers workers, Random random, bool cancels)
    {
        var (disturbances, looks, duplicates, cancelAt) = (2, 3, 2, cancels ? random.Next(80) : -1);
        for (var move = 0; workers.IsWorking; move++)
        {
            if (move == cancelAt)
            {
                await workers.MakeAsync(Move.Cancel);
            }

            switch (random.Next(40))
            {
                case 0 or 1 when disturbances > 0 && Disturbances[random.Next(3)] is var disturbance && workers.Can(disturbance):
                    disturbances--;
                    await workers.MakeAsync(disturbance);
                    break;
                case 2 when looks > 0 && workers.Can(Move.BeginWatch):
                    looks--;
                    await workers.MakeAsync(Move.BeginWatch);
                    break;
                case 3 when duplicates > 0:
                    duplicates--;
                    await workers.MakeAsync(Move.Duplicate);
                    break;
                default:
                    var able = Steps.Where(workers.Can).ToList();
                    await workers.MakeAsync(able[random.Next(able.Count)]);
                    break;
            }
        }
    }

    private static async Task<StageEnd> UndisturbedAsync()
    {
        var workers = new TwoWorkers();
        await workers.BeginAsync();
        return (await workers.EndAsync())!;
    }

    private static async Task RepeatAsync(TwoWorkers workers, Move move, int times)
    {
        for (var step = 0; step < times && workers.Can(move); step++)
        {
            await workers.MakeAsync(move);
        }
    }
}
