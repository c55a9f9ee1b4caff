using System.Text.Json;
using Azure.Data.Tables;
using Celerity.SoakApp;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>One step of the soak test as its control row tells it.</summary>
internal sealed record SoakStep(string State, int Attempt, int Crashes, string? Category, string? Result, string? Failures)
{
    private const string Crashed = "crashed";

    public static SoakStep From(TableEntity row) => new(
        row.GetString("state"),
        row.GetInt32("attempt")!.Value,
        row.GetInt32("crashes") ?? 0,
        row.GetString("category"),
        row.GetString("result"),
        row.GetString("failures"));

    /// <summary>Tells what is not as planned; <see langword="null"/> where all is.</summary>
    public string? FindFault(int number, IReadOnlyList<DateTimeOffset> kills)
    {
        var failures = Failures is null ? [] : JsonElement.Parse(Failures).EnumerateArray().ToList();
        var crashes = failures.Where(IsCrash).Select(crash => crash.GetProperty("at").GetDateTimeOffset()).ToList();
        if (crashes.Count != Crashes || !HasKillBeforeEach(crashes, kills))
        {
            return "not each of its crashes follows a kill";
        }

        // Killed three times over, a task is dead: that is its rule too, however seldom it comes to that here.
        if (Crashes == 3)
        {
            return State == "DeadLettered" && Category == "Crashed" ? null : "its third crash is not its end";
        }

        var expected = SoakPlan.FailuresOf(number);
        var isDead = expected == SoakPlan.MaxAttempts;
        var failed = failures.Where(failure => !IsCrash(failure)).Select(failure => failure.GetProperty("attempt").GetInt32());
        return State != (isDead ? "DeadLettered" : "Succeeded") ? "it should have ended otherwise"
            : Result != (isDead ? null : JsonSerializer.Serialize(SoakPlan.ResultOf(number))) ? "its result is wrong"
            : Attempt != Math.Min(expected + 1, SoakPlan.MaxAttempts) ? $"{expected} attempts should have failed"
            : !failed.Distinct().SequenceEqual(Enumerable.Range(1, expected)) ? "other attempts have failed than planned"
            : null;
    }

    private static bool IsCrash(JsonElement failure) => failure.GetProperty("category").GetString() == Crashed;

    private static bool HasKillBeforeEach(List<DateTimeOffset> crashes, IReadOnlyList<DateTimeOffset> kills)
    {
        var before = DateTimeOffset.MinValue;
        foreach (var crash in crashes)
        {
            if (!kills.Any(kill => kill > before && kill < crash))
            {
                return false;
            }

            before = crash;
        }

        return true;
    }
}
