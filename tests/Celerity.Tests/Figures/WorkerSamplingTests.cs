using Celerity.Figures;
using Celerity.Storage;
using Celerity.Tests.Tasks;
using Celerity.Workers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Figures;

public sealed class WorkerSamplingTests
{
    private readonly TaskSimulation _simulation = new();

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(30, 1, 0)]
    [InlineData(31, 0, 1)]
    [InlineData(899, 0, 1)]
    [InlineData(900, 0, 0)]
    public async Task Worker_NotHeardOf_IsSilentForAWhile(int seconds, int alive, int silent)
    {
        await BeatAsync("one", WorkerState.Running);
        await BeatAsync("two", WorkerState.Stopped);
        _simulation.Time.Advance(TimeSpan.FromSeconds(seconds));

        var look = await LookAsync();

        Assert.Equal((alive, silent), (look.Alive, look.Silent.Count));
        Assert.All(look.Silent, worker => Assert.Equal(("one", "host", seconds), (worker.Worker, worker.Host, worker.SilentSeconds)));
    }

    private async Task BeatAsync(string id, WorkerState state) => await ((ITableStore)_simulation.Storage.Tables).TryInsertAsync(
        StorageNames.WorkersTable,
        WorkerRow.Write(
            new WorkerIdentity(id, "host", 1, _simulation.Time.GetUtcNow(), null, null), state, null, new WorkerFacts(TimeSpan.Zero, 0, 0, 0, 0, 0), [], null, _simulation.Time.GetUtcNow()),
        CancellationToken.None);

    private async Task<(int Alive, IReadOnlyList<WorkerFigure> Silent)> LookAsync() =>
        await ActivatorUtilities.CreateInstance<WorkerSampling>(_simulation.Worker()).LookAsync(CancellationToken.None);
}
