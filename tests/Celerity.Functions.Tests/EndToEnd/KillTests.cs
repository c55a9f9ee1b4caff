using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>Guarantees 1 to 3 with real processes on Azurite: a SIGKILL around every kind of storage call, then a restart, ends with the same bytes.</summary>
public sealed partial class KillTests(AppBench bench) : IClassFixture<AppBench>
{
    [Fact]
    public async Task Run_KilledAroundEveryStorageCall_EndsWithTheSameBytes()
    {
        bench.SkipWithoutAzurite();
        var (expected, calls) = await RecordAsync();
        Assert.True(calls.Count > 20, string.Join('\n', calls));
        var kills = calls.SelectMany(call => new[] { $"{call}|before", $"{call}|after" }).ToList();
        var failures = new List<string>();
        var reached = 0;
        await Parallel.ForEachAsync(kills, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (kill, _) =>
        {
            var (result, killed, output) = await RunKilledAsync(kill);
            Interlocked.Add(ref reached, killed ? 1 : 0);
            if (result != expected)
            {
                lock (failures)
                {
                    failures.Add($"{kill}: {result}\n{output}");
                }
            }
        });

        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
        Assert.True(reached > kills.Count * 9 / 10, $"{reached} of {kills.Count} kills happened");
    }

    private async Task<(string Result, IReadOnlyList<string> Calls)> RecordAsync()
    {
        var folder = bench.NewFolder();
        var log = Path.Combine(folder, "calls");
        await using var app = bench.StartApp(folder, new Dictionary<string, string> { ["CELERITY_CALL_LOG"] = log });
        using var client = await AppBench.ConnectAsync(app);
        await client.WaitUntilReadyAsync();
        var before = (await File.ReadAllLinesAsync(log)).Length;
        var run = await client.WaitAsync(await client.StartAsync(RunClient.Flights(AppBench.Dataset)));
        await app.StopAsync();

        // Of each kind of call that the run makes the first and the last are tried. The queues of tasks are polled beside it.
        var calls = (await File.ReadAllLinesAsync(log)).Skip(before).Where(line => !TaskQueue().IsMatch(line)).Select(line => line.Split('|'))
            .GroupBy(parts => parts[0], parts => int.Parse(parts[1], CultureInfo.InvariantCulture))
            .SelectMany(call => new[] { call.Min(), call.Max() }.Distinct().Select(occurrence => $"{call.Key}|{occurrence}"));
        return (Result(run), [.. calls]);
    }

    private async Task<(string Result, bool Killed, string Output)> RunKilledAsync(string kill)
    {
        var folder = bench.NewFolder();
        var settings = new Dictionary<string, string>
        {
            ["CELERITY_CALL_LOG"] = Path.Combine(folder, "calls"),
            ["CELERITY_KILL_AT"] = kill,
        };
        await using var doomed = bench.StartApp(folder, settings);
        var id = await StartOnAsync(doomed);
        await using var second = bench.StartApp(folder);
        using var client = await AppBench.ConnectAsync(second);
        await client.WaitUntilReadyAsync();
        id ??= await client.StartAsync(RunClient.Flights(AppBench.Dataset));
        var run = await client.WaitAsync(id);
        var killed = doomed.HasExited;
        return (Result(run), killed, second.Output);
    }

    // The doomed process may die at any moment; a client that gets no answer asks again elsewhere. Two processes then work side by side until
    // the first dies, or for good where the call does not come.
    private static async Task<string?> StartOnAsync(AppProcess doomed)
    {
        if (await doomed.AddressAsync() is not { } address)
        {
            return null;
        }

        try
        {
            using var client = new RunClient(address);
            await client.WaitUntilReadyAsync();
            var id = await client.StartAsync(RunClient.Flights(AppBench.Dataset));
            await Task.WhenAny(doomed.Exited, client.WaitAsync(id));
            return id;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    [GeneratedRegex("/celerity-(high|default|low)")]
    private static partial Regex TaskQueue();

    private static string Result(JsonElement run) => run.TryGetProperty("result", out var result) ? result.GetRawText() : run.GetRawText();
}
