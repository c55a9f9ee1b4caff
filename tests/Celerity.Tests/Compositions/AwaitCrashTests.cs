using Celerity.Compositions;
using Celerity.Tests.DeadLetters;
using Celerity.Tests.Groups;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Compositions;

/// <summary>A lost request, a lost reply, and a kill before and after each call to storage of what a pipeline awaits.</summary>
public sealed class AwaitCrashTests
{
    public static TheoryData<string> Forms => ["group", "failing group", "chain", "chord", "second generation", "adopted", "approval"];

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Awaited_AnyFaultAtAnyCall_EndsTheSame(string form)
    {
        string? expected = null;
        var played = await EveryFault.PlayAsync(async plan =>
        {
            var bench = new AwaitBench(plan);
            await bench.BeginAsync();
            var came = await PlayAsync(bench, form);
            Assert.Equal(expected ??= came, came);
            Assert.Equal(form == "failing group", came.EndsWith("True", StringComparison.Ordinal));
        });

        Assert.True(played > 20, $"{played} faults");
    }

    // What came of it, and how often each task was begun under an id of its own.
    private static async Task<string> PlayAsync(AwaitBench bench, string form)
    {
        bench.Script.Child = number => number == 13 ? TaskOutcome.DeadLetter("no") : TaskOutcome.CompletedWith(number * 10);
        switch (form)
        {
            case "approval":
                var approval = new AwaitRequest(bench.Key) { Approval = new AwaitedApproval("publish", bench.Simulation.Time.GetUtcNow() + TimeSpan.FromDays(1)) };
                _ = await bench.StepAsync(approval);
                ApprovalRow? answered = null;
                while (answered is null)
                {
                    await bench.TryAsync(async () => answered = await bench.Worker.GetRequiredService<Approvals>()
                        .AnswerAsync(bench.Run, "publish", approved: true, new ActionNote("ada"), CancellationToken.None));
                }

                var audits = await bench.CountAuditsAsync();
                return $"{Text(await bench.AwaitAsync(approval))} {audits}";

            case "chord":
                var group = await bench.AwaitAsync(bench.RequestOf(new ChildTask(1), new ChildTask(2)));
                var callback = bench.RequestOf(new CallbackTask("sum"));
                callback = callback with { Key = callback.Key with { Number = 2 }, Tasks = callback.Tasks! with { ResultsOf = [group.Group!] } };
                var came = Text(await bench.AwaitAsync(callback));
                return $"{came} {string.Join(' ', bench.Script.Runs.DistinctBy(run => run.Id).Select(run => CelerityJson.Write((CallbackTask)run.Task)))}";

            case "second generation":
                var tasks = new object[] { new ChildTask(1), new ChildTask(13), new TaskChain([new LinkTask("a"), new LinkTask("b")]) };
                var first = Text(await bench.AwaitAsync(bench.RequestOf(tasks)));
                await bench.RestartAsync();
                bench.Script.Child = number => TaskOutcome.CompletedWith(number);
                return $"{first} {Text(await bench.AwaitAsync(bench.RequestOf(tasks)))}";

            case "adopted":
                var sent = new object[] { new ChildTask(1), new TaskChain([new LinkTask("a"), new LinkTask("b")]) };
                while (await bench.StepAsync(bench.RequestOf(sent)) is null)
                {
                }

                await bench.RestartAsync(ended: RunState.Cancelled);
                return Text(await bench.AwaitAsync(bench.RequestOf(sent)));

            case "failing group":
                var failed = Text(await bench.AwaitAsync(bench.RequestOf(new ChildTask(1), new ChildTask(13))));
                return $"{failed} {(await bench.Runs.FindAsync(bench.Run, CancellationToken.None))!.HasFailedTasks}";

            default:
                return Text(await bench.AwaitAsync(form switch
                {
                    "chain" => bench.RequestOf(new TaskChain([new LinkTask("a"), new LinkTask("b"), new LinkTask("c")])),
                    _ => bench.RequestOf(new ChildTask(1), new ChildTask(2), new ChildTask(3)),
                }));
        }
    }

    private static string Text(AwaitOutcome outcome) => CelerityJson.Write(new
    {
        outcome.Failed,
        Fault = outcome.Fault?.Code,
        Failures = outcome.Failures.Select(failure => (failure.Index, failure.Reason).ToString()),
        Result = outcome.Result is { ValueKind: System.Text.Json.JsonValueKind.Object } ? "approval " + outcome.Result!.Value.GetProperty("state").GetString() : outcome.Result?.GetRawText(),
    });
}
