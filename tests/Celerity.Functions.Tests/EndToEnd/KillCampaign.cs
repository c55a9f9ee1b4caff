using Celerity.LocalRuntime.Emulator;
using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>Many kills, spread over lanes that run side by side.</summary>
/// <param name="makeLane">Makes a lane in a folder of its own.</param>
/// <param name="output">Where it is told what was killed.</param>
internal sealed class KillCampaign(Func<string, KillLane> makeLane, ITestOutputHelper output) : IDisposable
{
    // More than cores: most of a kill is waiting for the lease of the message that the dead process held.
    private const int Lanes = 6;

    private readonly string _folder = Directory.CreateTempSubdirectory("celerity-").FullName;
    private readonly List<string> _failures = [];
    private readonly List<string> _missed = [];
    private int _next = -1;

    /// <summary>Starts a lane; skips the test where the emulator is missing.</summary>
    public async Task<KillLane> StartLaneAsync(string name)
    {
        var lane = makeLane(Directory.CreateDirectory(Path.Combine(_folder, name)).FullName);
        try
        {
            await lane.StartAsync();
            return lane;
        }
        catch (EmulatorMissingException exception)
        {
            Assert.Skip(exception.Message);
            throw;
        }
        catch
        {
            await lane.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills, each time in the next free lane, and fails with all that went wrong.</summary>
    public async Task RunAsync(IReadOnlyList<Kill> kills)
    {
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => RunLaneAsync(lane, kills)));
        output.WriteLine($"{kills.Count - _missed.Count} of {kills.Count} kills happened:\n{string.Join('\n', kills)}");
        output.WriteLine($"These did not happen:\n{string.Join('\n', _missed)}");
        Assert.True(_failures.Count == 0, string.Join("\n\n", _failures));
        Assert.True(_missed.Count <= kills.Count / 20, $"{_missed.Count} of {kills.Count} kills did not happen:\n{string.Join('\n', _missed)}");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // A failure ends its lane, which may be stuck; the rest of the kills goes on in a new one, so that one run of the test tells them all.
    private async Task RunLaneAsync(int number, IReadOnlyList<Kill> kills)
    {
        for (var round = 0; Volatile.Read(ref _next) < kills.Count - 1; round++)
        {
            await using var lane = await StartLaneAsync($"lane-{number}-{round}");
            var at = "the end";
            try
            {
                for (var index = Interlocked.Increment(ref _next); index < kills.Count; index = Interlocked.Increment(ref _next))
                {
                    at = kills[index].ToString();
                    if (!await lane.KillAsync(kills[index]))
                    {
                        Note(_missed, at);
                    }
                }

                at = "the end";
                await lane.FinishAsync();
            }
#pragma warning disable CA1031 // Told with the others at the end.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Note(_failures, $"{at}: {exception}\n{lane.Output}");
            }
        }
    }

    private static void Note(List<string> list, string text)
    {
        lock (list)
        {
            list.Add(text);
        }
    }
}
