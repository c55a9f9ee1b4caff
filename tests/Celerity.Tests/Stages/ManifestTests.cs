using Celerity.Stages.Planning;
using Celerity.TestKit.Faults;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Stages;

public sealed class ManifestTests
{
    [Fact]
    public async Task Read_BySlicesSideBySide_OpensThePageOnce()
    {
        var simulation = new StageSimulation(StageBench.Csv("n\n1\n2\n"), StageBench.Source(1));
        await simulation.PlanAsync(simulation.Worker());
        for (var round = 0; round < 200; round++)
        {
            var calls = new FaultPlan();
            var manifest = simulation.Worker(calls).GetRequiredService<Manifest>();

            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => manifest.ReadAsync(simulation.Key, 0, CancellationToken.None).AsTask())));

            Assert.Single(calls.Calls);
        }
    }
}
