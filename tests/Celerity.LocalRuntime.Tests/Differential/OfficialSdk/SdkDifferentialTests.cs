using Celerity.LocalRuntime.Emulator;
using Celerity.LocalRuntime.Tests.PlainHosting;
using Microsoft.DurableTask.Worker;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Differential.OfficialSdk;

/// <summary>
/// Plain workers end each scenario as the official SDK does on its in-memory backend: as official.txt says, which tests/Celerity.OfficialSdk
/// wrote and .ci/run compares anew where the feed has the official packages.
/// </summary>
public sealed class SdkDifferentialTests
{
    private static readonly string[] Official = File.ReadAllLines(Path.Combine(
        RepositoryRoot.Find(), "tests", "Celerity.LocalRuntime.Tests", "Differential", "OfficialSdk", "official.txt"));

    // Where we differ on purpose.
    private static readonly Dictionary<string, string> Otherwise = new()
    {
        // The official output is empty.
        ["event of another type"] = "event of another type: Failed; output The JSON value could not be converted to System.Int32. Path: $ | LineNumber: 0 | "
            + "BytePositionInLine: 6.; status ; failure System.Text.Json.JsonException The JSON value could not be converted to System.Int32. Path: $ | "
            + "LineNumber: 0 | BytePositionInLine: 6. (System.InvalidOperationException Cannot get the value of a token type 'String' as a number. (none))",

        // The official in-memory backend loses the event; Azure keeps it.
        ["continue as new, event kept"] = "continue as new, event kept: Completed; output \"no exceptionkept\"; status ; failure none",
    };

    public static TheoryData<string> Names => [.. SdkScenarios.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Scenario_EndsAsUnderTheOfficialSdk(string name)
    {
        await using var app = await PlainApp.StartAsync(worker => worker.AddTasks(SdkScenarios.Register));

        var ended = await app.RunToEndAsync(name, 0);

        var expected = Assert.Single(Official, line => line.StartsWith($"{name}: ", StringComparison.Ordinal));
        Assert.Equal(Otherwise.GetValueOrDefault(name, expected), SdkScenarios.Describe(name, ended));
    }
}
