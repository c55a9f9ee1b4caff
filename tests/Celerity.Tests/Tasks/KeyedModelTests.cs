using Celerity.Tests.Protocol;
using Celerity.Tests.Tasks.Model;
using Xunit;

namespace Celerity.Tests.Tasks;

/// <summary>Sends with keys explored: two processes send and run in every order of their calls, and die in every place. The protocol's rows have more.</summary>
public sealed class KeyedModelTests(ITestOutputHelper output)
{
    private static readonly EnqueueOptions Ordered = new() { OrderKey = "k" };
    private static readonly EnqueueOptions Debounced = new() { DebounceKey = "k", DebounceWindow = TimeSpan.FromMinutes(1) };

    [Fact]
    public void Ordered_TwoSendersATaskThatEndsAndADeath_KeepTheirOrder() => Hold(ProtocolTable.Sends("ordered", Ordered) with { Deaths = 1 });

    [Fact]
    public void Debounced_TwoSendersAndADeath_TheLastRunsAlone() =>
        Hold(ProtocolTable.Sends("debounced", Debounced) with { Deaths = 1, Jumps = 1, Spans = [TimeSpan.FromMinutes(2)] });

    private void Hold(Scenario scenario)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var found = ScheduleExplorer.Explore(scenario);
        output.WriteLine($"{scenario}: {found.States} states, {found.Ends} ends {watch.Elapsed}");
        Assert.True(found.Violation is null, found.Violation);
        Assert.True(found.Ends > 1, $"{found.Ends} ends");
    }
}
