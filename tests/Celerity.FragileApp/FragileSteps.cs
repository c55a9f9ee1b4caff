using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Celerity.FragileApp;

/// <summary>A pipeline that waits for tasks, another run and a person.</summary>
public static class FragileSteps
{
    /// <summary>The pipeline's name.</summary>
    public const string Name = "fragile-steps";

    /// <summary>Runs the pipeline.</summary>
    [Function(nameof(FragileSteps))]
    [Pipeline(Name)]
    public static Task<string> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, FragileStepsRequest request)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(request);
        return request.Form switch
        {
            "group" => RunGroupAsync(context, request),
            "chord" => RunChordAsync(context, request),
            "saga" => RunSagaAsync(context, request),
            "sub" => RunSubAsync(context, request),
            _ => Task.FromResult($"nothing for {request.Mark}"),
        };
    }

    private static async Task<string> RunGroupAsync(TaskOrchestrationContext context, FragileStepsRequest request)
    {
        try
        {
            _ = await context.RunTasksAsync<FragileResult>([request.Task("well"), request.Task("dies", "die")], new TasksOptions { OnFailure = request.Task("told") });
            return "all succeeded";
        }
        catch (TasksFailedException exception)
        {
            return $"{exception.Failures.Count} failed";
        }
    }

    private static async Task<string> RunChordAsync(TaskOrchestrationContext context, FragileStepsRequest request) =>
        (await context.RunChordAsync<FragileResult>([request.Task("child"), new TaskChain([request.Task("link"), request.Task("last")])], request.Task("callback")))!.Text;

    private static async Task<string> RunSagaAsync(TaskOrchestrationContext context, FragileStepsRequest request)
    {
        try
        {
            return await context.RunSagaAsync(async saga =>
            {
                await saga.RunAsync<FragileResult>(request.Task("done"), done => request.Task("undone") with { Previous = done });
                var answer = await context.WaitForApprovalAsync("go", TimeSpan.FromDays(300));
                await context.RunTaskAsync(request.Task("dies", "die"));
                return answer.State.ToString();
            });
        }
        catch (TasksFailedException)
        {
            return "undone";
        }
    }

    private static async Task<string> RunSubAsync(TaskOrchestrationContext context, FragileStepsRequest request) =>
        $"sub {await context.RunPipelineAsync<string>(Name, request with { Form = "nothing" })}";
}

/// <summary>What <c>POST /api/pipelines/fragile-steps</c> takes.</summary>
/// <param name="Mark">What the marks of its tasks begin with.</param>
/// <param name="Form">What it waits for; anything else is nothing.</param>
public sealed record FragileStepsRequest(string Mark, string Form)
{
    internal FragileTask Task(string name, string? does = null) => new($"{Mark}.{name}", does);
}
