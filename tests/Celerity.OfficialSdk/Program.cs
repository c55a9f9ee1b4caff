using Celerity.LocalRuntime.Tests.Differential.OfficialSdk;
using Microsoft.DurableTask.Testing;

// Prints how each scenario ends: tests/Celerity.LocalRuntime.Tests/Differential/OfficialSdk/official.txt is what it printed last.
await using var host = await DurableTaskTestHost.StartAsync(SdkScenarios.Register);
using var output = new StreamWriter(args[0]);
foreach (var name in SdkScenarios.All.Keys)
{
    var id = await host.Client.ScheduleNewOrchestrationInstanceAsync(name, 0);
    using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
    output.WriteLine(SdkScenarios.Describe(name, await host.Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, limit.Token)));
}
