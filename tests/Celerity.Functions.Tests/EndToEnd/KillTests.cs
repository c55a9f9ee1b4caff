using Celerity.LocalRuntime.Emulator;
using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>
/// Guarantees 1, 2, 3 and 5 with real processes on Azurite: a SIGKILL just before and just after every storage call that a run makes, then
/// a restart, ends with the same bytes, each chunk in the ledger and in the result once, the one dead letter that belongs there, and nothing
/// left in a queue.
/// </summary>
[CollectionDefinition(nameof(KillTests), DisableParallelization = true)]
[Collection(nameof(KillTests))]
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    // More than cores: most of a kill is waiting for the lease of the message that the dead process held.
    private const int Lanes = 4;

    // Beside the plain way of a slice: what only some chunks do. Without these the data no longer does what it is for.
    private static readonly string[] RareCalls =
    [
        "celerity-rejects", "/partials/", "CelerityDeadLetters", "PUT /devstoreaccount*/CelerityLedger", "POST /devstoreaccount*/celerity-chunks/messages|6",
        "celerity-manifests/*/g*/s*/page-*.json|2", "CelerityControl", "celerity-results",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("celerity-").FullName;
    private readonly List<string> _failures = [];
    private readonly List<string> _missed = [];
    private int _next = -1;

    [Fact]
    public async Task Run_KilledAroundEveryStorageCall_EndsWithTheSameBytes()
    {
        IReadOnlyList<string> calls;
        string expected;
        await using (var lane = await StartLaneAsync("record"))
        {
            expected = lane.Expected;
            calls = await lane.RecordAsync();
        }

        Assert.Contains($"\"chunksDone\":{FragileData.Chunks}", expected, StringComparison.Ordinal);
        Assert.Equal(FragileData.Chunks, expected.Split('\n').Count(line => line.StartsWith("chunk ", StringComparison.Ordinal)));
        Assert.All(RareCalls, rare => Assert.Contains(calls, call => call.Contains(rare, StringComparison.Ordinal)));
        var kills = calls.SelectMany(call => new (string Call, string Moment)[] { (call, "before"), (call, "after") }).ToList();
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => RunLaneAsync(lane, expected, kills)));

        output.WriteLine($"{kills.Count - _missed.Count} of {kills.Count} kills happened. The calls:\n{string.Join('\n', calls)}");
        output.WriteLine($"These did not happen:\n{string.Join('\n', _missed)}");
        Assert.True(_failures.Count == 0, string.Join("\n\n", _failures));
        Assert.True(_missed.Count <= kills.Count / 20, $"{_missed.Count} of {kills.Count} kills did not happen:\n{string.Join('\n', _missed)}");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<KillLane> StartLaneAsync(string name)
    {
        try
        {
            return await KillLane.StartAsync(Directory.CreateDirectory(Path.Combine(_folder, name)).FullName);
        }
        catch (EmulatorMissingException exception)
        {
            Assert.Skip(exception.Message);
            throw;
        }
    }

    // A failure ends its lane, which may be stuck; the rest of the kills goes on in a new one, so that one run of the test tells them all.
    private async Task RunLaneAsync(int number, string expected, List<(string Call, string Moment)> kills)
    {
        for (var round = 0; Volatile.Read(ref _next) < kills.Count - 1; round++)
        {
            await using var lane = await StartLaneAsync($"lane-{number}-{round}");
            var at = "the end";
            try
            {
                Assert.Equal(expected, lane.Expected);
                for (var index = Interlocked.Increment(ref _next); index < kills.Count; index = Interlocked.Increment(ref _next))
                {
                    var (call, moment) = kills[index];
                    at = $"{call}|{moment}";
                    if (!await lane.KillAsync(call, moment))
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
