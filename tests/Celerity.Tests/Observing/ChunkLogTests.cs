using Celerity.Tests.Stages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Celerity.Tests.Observing;

/// <summary>What the log says of chunks.</summary>
public sealed class ChunkLogTests : IDisposable
{
    private readonly StageSimulation _simulation = new(StageBench.Csv("n\n1\n2\n3\n4\n"), StageBench.Source(1));
    private readonly LogRecorder _log = new();

    [Fact]
    public async Task Chunks_ThatSucceedAreRetriedAndDie_AreOneLineEach()
    {
        var failed = false;
        _simulation.Poison = number =>
        {
            if (number == 2 && !failed)
            {
                failed = true;
                throw new TimeoutException("slow");
            }

            if (number == 4)
            {
                throw new ArgumentException("wrong");
            }
        };

        await RunAsync();

        Assert.Equal(
            [
                $"2202 Debug Chunk {IdOf(0)} of stage SumStage ended at attempt 1: 1 records, 0 rejected",
                $"2202 Debug Chunk {IdOf(1)} of stage SumStage ended at attempt 2: 1 records, 0 rejected",
                $"2202 Debug Chunk {IdOf(2)} of stage SumStage ended at attempt 1: 1 records, 0 rejected",
                $"2201 Error Chunk {IdOf(3)} of stage SumStage is a dead letter after attempt 1 (Permanent: wrong)",
            ],
            _log.Lines.Where(line => line.Id is 2201 or 2202).OrderBy(line => line.Text.Split(' ')[1], StringComparer.Ordinal).Select(line => line.ToString()));
        Assert.StartsWith(
            $"2200 Warning Attempt 1 of chunk {IdOf(1)} of stage SumStage failed (Transient, System.TimeoutException: slow)", Assert.Single(_log.Lines, line => line.Id == 2200).ToString(), StringComparison.Ordinal);
        Assert.Single(_log.Lines, line => line.Text.Contains("wrong", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stage_ThatLogs_DoesSoUnderItsRunAndChunk()
    {
        var logger = default(ILogger);
        _simulation.Poison = number => logger!.Log(LogLevel.Information, default, number, null, (seen, _) => $"saw {seen}");

        await RunAsync(worker => logger = worker.GetRequiredService<ILoggerFactory>().CreateLogger("stage"));

        Assert.Equal(
            $"RunId={_simulation.Key.Run} Stage=SumStage ChunkId={IdOf(2)} Attempt=1", Assert.Single(_log.Lines, line => line.Text == "saw 3").Scope);
    }

    public void Dispose() => _log.Dispose();

    private async Task RunAsync(Action<ServiceProvider>? begin = null)
    {
        var worker = _simulation.Worker(configure: services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(_log)));
        begin?.Invoke(worker);
        await _simulation.PlanAsync(worker);
        await _simulation.PublishAsync(worker);
        await _simulation.DrainAsync(worker);
    }

    private string IdOf(int chunk) => _simulation.Key.ChunkId(chunk);
}
