using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Xunit;
using static Celerity.Functions.Tests.Compositions.CompositionBench;

namespace Celerity.Functions.Tests.Compositions;

/// <summary>A pipeline whose code changes while a run of it is in flight: first as version 1 of the app, then as version 2 over the same storage.</summary>
public sealed class VersionTests
{
    private const string Setting = "AzureFunctionsJobHost__extensions__durableTask__defaultVersion";

    [Fact]
    public async Task Run_BegunOnOneVersion_EndsOnTheNext_AsItsOwnVersionSays()
    {
        var settings = default(IDictionary<string, string?>)!;
        await using var bench = await StartAsync(options =>
        {
            options.FunctionTypes.Add(typeof(VersionedPipeline));
            settings = options.Settings;
            options.Set(Setting, "1.0");
        });
        var old = await bench.BeginAsync(new { }, "pipelines/versioned");
        await bench.Host.RunUntilIdleAsync();
        Assert.Equal("running", Text(await bench.GetAsync($"runs/{old}"), "state"));

        settings[Setting] = "2.0";
        await bench.Host.CrashAsync();
        await bench.ReadyAsync();
        var fresh = await bench.BeginAsync(new { }, "pipelines/versioned");
        foreach (var run in new[] { old, fresh })
        {
            await bench.PostAsync($"runs/{run}/approvals/go", new { approved = true });
        }

        Assert.Equal(("succeeded", "\"1.0: old\""), Came(await bench.EndOfAsync(old)));
        Assert.Equal(("succeeded", "\"2.0: new\""), Came(await bench.EndOfAsync(fresh)));
        Assert.Equal("new20", Assert.Single(bench.Book.Ran));
    }
}

/// <summary>A pipeline that was changed: runs of version 1 wait and end, later ones do something before they wait.</summary>
public static class VersionedPipeline
{
    /// <summary>Goes by the version of the run.</summary>
    [Pipeline("versioned")]
    [Function(nameof(VersionedPipeline))]
    public static async Task<string> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var isNew = context.CompareVersionTo("2.0") >= 0;
        if (isNew)
        {
            await context.RunTaskAsync(new Job("new", 20));
        }

        _ = await context.WaitForApprovalAsync("go", TimeSpan.FromDays(1));
        return $"{context.Version}: {(isNew ? "new" : "old")}";
    }
}
