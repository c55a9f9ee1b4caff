using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Celerity.LocalRuntime.Emulator;
using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>
/// Guarantees 1 to 4 at length: 20,000 tasks of which one attempt in ten fails, in three processes of which one is killed again and again.
/// </summary>
[CollectionDefinition(nameof(SoakTests), DisableParallelization = true)]
[Collection(nameof(SoakTests))]
public sealed class SoakTests(ITestOutputHelper output) : IDisposable
{
    private const int Tasks = 20_000;
    private const int Workers = 3;
    private const int EndsBetweenKills = 1_500;

    // Small enough that a kill leaves some 300 single messages behind, not 2,000: the emulator slows down with each message it holds.
    private const int PackSize = 50;
    private const int Seed = 20_261_127;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly string _folder = Directory.CreateTempSubdirectory("celerity-").FullName;

    [Fact]
    public async Task TwentyThousandTasks_WorkersKilledAgainAndAgain_EachEndsOnceAsPlanned()
    {
        await using var azurite = await StartAzuriteAsync();
        var started = Stopwatch.GetTimestamp();
        await using var sender = Start(azurite, new(Settings) { ["AzureWebJobs_CelerityRunDefault_Disabled"] = "true" });
        await using var crew = new SoakCrew(Workers, ended => Start(azurite, Settings, ended));
        using var client = await AppBench.ConnectAsync(sender);
        await client.WaitUntilReadyAsync();
        var sending = SendAsync(client);
        await KillAgainAndAgainAsync(crew);
        var ids = await sending;
        await WaitUntilEmptyAsync(azurite.ConnectionString);
        output.WriteLine($"{crew.Kills.Count} kills; all had ended after {Stopwatch.GetElapsedTime(started)}.");
        var steps = await ReadAsync(azurite.ConnectionString);
        Assert.Equal(Tasks, steps.Count);
        var wrong = new List<string>();
        foreach (var (number, id) in ids)
        {
            if (!steps.TryGetValue(id, out var step))
            {
                wrong.Add($"Step {number} has no row.");
            }
            else if (step.FindFault(number, crew.Kills) is { } fault)
            {
                wrong.Add($"Step {number}: {fault} ({step})");
            }

            if (crew.Ends.GetValueOrDefault(id) > 1)
            {
                wrong.Add($"Step {number} was told to have ended {crew.Ends[id]} times.");
            }
        }

        output.WriteLine($"{steps.Values.Count(step => step.Crashes > 0)} steps were hit by a kill, {steps.Values.Count(step => step.Crashes > 1)} twice.");
        Assert.True(wrong.Count == 0, $"{wrong.Count} faults:\n{string.Join('\n', wrong.Take(20))}\n{crew.Output}");
        Assert.Equal(
            steps.Where(step => step.Value.State == "DeadLettered").Select(step => step.Key).Order(),
            await ReadDeadLettersAsync(azurite.ConnectionString));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Dictionary<string, string> Settings => new()
    {
        // Outlasts a starved process: what is counted as a crash shall be one.
        ["LocalRuntime__QueueLease"] = "00:00:10",

        // A few packs in each process, so that the kills fall into packs from the first to the last.
        ["AzureFunctionsJobHost__extensions__queues__batchSize"] = "4",
        ["AzureFunctionsJobHost__extensions__queues__newBatchThreshold"] = "2",
        ["AzureFunctionsJobHost__logging__logLevel__default"] = "Error",
    };

    private static async Task<Azurite> StartAzuriteAsync(string folder)
    {
        try
        {
            return await Azurite.StartAsync(folder, CancellationToken.None);
        }
        catch (EmulatorMissingException exception)
        {
            Assert.Skip(exception.Message);
            throw;
        }
    }

    private Task<Azurite> StartAzuriteAsync() => StartAzuriteAsync(Path.Combine(_folder, "azurite"));

    private AppProcess Start(Azurite azurite, Dictionary<string, string> settings, Action<string>? onLine = null) =>
        AppProcess.Start(azurite.ConnectionString, Path.Combine(_folder, "state"), settings, "tests/Celerity.SoakApp", onLine);

    // By what has ended, not by the clock: however slow the machine, the kills fall into the work from its beginning to its end.
    private static async Task KillAgainAndAgainAsync(SoakCrew crew)
    {
        var chance = new Random(Seed);
        for (var goal = EndsBetweenKills; goal < Tasks; goal += EndsBetweenKills)
        {
            await crew.WaitForEndsAsync(goal, Patience);
            await crew.KillAsync(chance.Next(Workers));
        }
    }

    // Of each pack every second task is tracked in full, the others at their ends alone.
    private static async Task<IReadOnlyDictionary<int, string>> SendAsync(RunClient client)
    {
        var ids = new ConcurrentDictionary<int, string>();
        await Parallel.ForEachAsync(Enumerable.Range(0, Tasks).Chunk(PackSize), async (numbers, cancellation) =>
        {
            using var response = await client.PostAsync("api/batches", numbers.Select(number => new
            {
                task = number % 2 == 0 ? "soak.tracked" : "soak.stored",
                payload = new { number },
            }));
            var text = await response.Content.ReadAsStringAsync(cancellation);
            Assert.True(response.IsSuccessStatusCode, text);
            foreach (var (at, id) in JsonElement.Parse(text).GetProperty("ids").EnumerateArray().Index())
            {
                ids[numbers[at]] = id.GetString()!;
            }
        });
        return ids;
    }

    private static async Task WaitUntilEmptyAsync(string connectionString)
    {
        await foreach (var queue in new QueueServiceClient(connectionString).GetQueuesAsync())
        {
            await AppBench.WaitUntilEmptyAsync(connectionString, queue.Name, Patience);
        }
    }

    private static async Task<Dictionary<string, SoakStep>> ReadAsync(string connectionString)
    {
        const string Suffix = ":control";
        var steps = new Dictionary<string, SoakStep>();
        await foreach (var row in new TableClient(connectionString, "CelerityTasks").QueryAsync<TableEntity>())
        {
            if (row.RowKey.EndsWith(Suffix, StringComparison.Ordinal))
            {
                steps.Add(row.RowKey[..^Suffix.Length], SoakStep.From(row));
            }
        }

        return steps;
    }

    private static async Task<IEnumerable<string>> ReadDeadLettersAsync(string connectionString) =>
        (await new TableClient(connectionString, "CelerityDeadLetters").QueryAsync<TableEntity>().ToListAsync())
            .Select(row => row.GetString("id")).OfType<string>().Order();
}
