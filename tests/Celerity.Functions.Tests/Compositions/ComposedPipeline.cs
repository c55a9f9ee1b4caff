using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Celerity.Functions.Tests.Compositions;

/// <summary>Which composition to run, and over how many tasks.</summary>
public sealed record ComposedRequest(string Form, int Count = 3, int Window = 0, int MaxFailed = 0);

/// <summary>A pipeline of one composition.</summary>
public static class ComposedPipeline
{
    /// <summary>Runs the composition that the request names.</summary>
    [Pipeline("composed")]
    [Function(nameof(ComposedPipeline))]
    public static async Task<JsonElement> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, ComposedRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var numbers = Enumerable.Range(1, request.Count).ToList();
        var jobs = numbers.Select(number => new Job("a", number)).ToList();
        var options = new TasksOptions { Window = request.Window, MaxFailed = request.MaxFailed, OnFailure = new Job("alas") };
        object? result = request.Form switch
        {
            "task" => await context.RunTaskAsync<int>(jobs[0], onFailure: new Job("alas")),
            "group" => await context.RunTasksAsync<int?>(jobs, options),
            "chain" => await context.RunChainAsync<int>(jobs),
            "chord" => await context.RunChordAsync<int>(jobs, new Job("sum"), options),
            "map" => await context.MapAsync<int, int?>(numbers, number => new Job("m", number)),
            "starmap" => await context.StarmapAsync<int, string, int?>(numbers.Select(number => (number, $"s{number}-")), (number, name) => new Job(name, number)),
            "chunks" => await context.ChunksAsync<int, int?>(numbers, 2, items => new Job("c") { Items = items }),
            "group and approval" => await GroupAndApprovalAsync(context, jobs, options),
            "caught" => await CaughtAsync(context, jobs[0]),
            "two" => new[] { await context.RunTaskAsync<int>(new Job("first", 1)), await context.RunTaskAsync<int>(new Job("second", 2)) },
            "approval" => await context.WaitForApprovalAsync("publish", TimeSpan.FromDays(3)),
            "job and approval" => await JobAndApprovalAsync(context, jobs[0]),
            "sub" => await context.RunPipelineAsync<JsonElement>("composed", new ComposedRequest("group", request.Count, MaxFailed: request.MaxFailed)),
            "saga" => await context.RunSagaAsync<string>(async saga =>
            {
                await saga.RunAsync(new Job("book", 1), new Job("unbook", 1));
                await saga.RunAsync<int>(new Job("book", 2), made => new Job("unbook", made));
                await context.RunTaskAsync(new Job("book", 3));
                return "booked";
            }),
            _ => throw new ArgumentException(request.Form),
        };
        return JsonSerializer.SerializeToElement(result, CelerityJson.Options);
    }

    private static async Task<IReadOnlyList<int?>> GroupAndApprovalAsync(TaskOrchestrationContext context, IReadOnlyList<Job> jobs, TasksOptions options)
    {
        var results = await context.RunTasksAsync<int?>(jobs, options);
        _ = await context.WaitForApprovalAsync("publish", TimeSpan.FromDays(3));
        return results;
    }

    private static async Task<string> CaughtAsync(TaskOrchestrationContext context, Job job)
    {
        try
        {
            return await context.RunTaskAsync<string>(job) ?? "";
        }
        catch (TasksFailedException)
        {
            return "none";
        }
    }

    private static async Task<Approval> JobAndApprovalAsync(TaskOrchestrationContext context, Job job)
    {
        await context.RunTaskAsync(job);
        return await context.WaitForApprovalAsync("publish", TimeSpan.FromDays(3));
    }
}
