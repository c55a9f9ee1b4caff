using Azure.Storage.Queues;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Celerity.TestKit.Tests;

/// <summary>Functions that only make sense in tests.</summary>
public sealed class TestFunctions(TestFunctions.Log log, TimeProvider time)
{
    [Function("Note")]
    public void Note([QueueTrigger("notes")] string text) => log.Add(text);

    [Function("Hang")]
    public Task HangAsync([QueueTrigger("hang")] string text) => log.NeverAsync(text);

    [Function("Limited")]
    public async Task RunLimitedAsync([QueueTrigger("limited")] string text)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5), time);
        await log.NeverAsync(text).WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        log.Add($"given up at {time.GetUtcNow():t}");
    }

    [Function("Ticking")]
    public async Task RunBesideTicksAsync([QueueTrigger("ticking")] string text)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        await log.NeverAsync(text);
    }

    [Function("Slowly")]
    public async Task WaitAsync([QueueTrigger("slowly")] string minutes, FunctionContext context)
    {
        await Task.Delay(TimeSpan.FromMinutes(int.Parse(minutes)), time, context.CancellationToken);
        log.Add("slept");
    }

    [Function("Gated")]
    public async Task PassGateAsync([QueueTrigger("gated")] string text, [DurableClient] DurableTaskClient client, FunctionContext context)
    {
        log.Add(text);
        await log.Gate.Task;
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync("Steps", new StartOrchestrationOptions("ghost"), context.CancellationToken);
        }
        catch (InvalidOperationException)
        {
            // What a test sees of it is that there is no such instance.
        }

        log.Add("past the gate");
        await log.Queues!.GetQueueClient("notes").SendMessageAsync("ghost", context.CancellationToken);
    }

    [Function("Forward")]
    [QueueOutput("notes")]
    public string Forward([QueueTrigger("forward")] string text)
    {
        log.Add("forwards");
        return text;
    }

    [Function("Relay")]
    public async Task<IActionResult> RelayAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post")] HttpRequest request)
    {
        log.Add("relays");
        var queue = log.Queues!.GetQueueClient("notes");
        await queue.CreateIfNotExistsAsync(cancellationToken: request.HttpContext.RequestAborted);
        await queue.SendMessageAsync("relayed", request.HttpContext.RequestAborted);
        return new OkResult();
    }

    [Function("Steps")]
    public static async Task<string> StepsAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var first = await context.CallActivityAsync<string>("Step", "one");
        await context.CreateTimer(TimeSpan.FromDays(1), CancellationToken.None);
        return first + " " + await context.CallActivityAsync<string>("Step", "two");
    }

    [Function("WaitForNothing")]
    public static Task WaitForNothingAsync([OrchestrationTrigger] TaskOrchestrationContext context) => context.WaitForExternalEvent<string>("Never");

    [Function("Counter")]
    public static Task CountAsync([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync(operation =>
    {
        operation.State.SetState(operation.State.GetState(0) + operation.GetInput<int>());
        return default;
    });

    [Function("Step")]
    public string Step([ActivityTrigger] string name)
    {
        log.Add(name);
        return name;
    }

    public sealed class Log(QueueServiceClient? queues)
    {
        private readonly Lock _gate = new();
        private readonly List<string> _entries = [];

        public TaskCompletionSource Gate { get; } = new();

        /// <summary>Gets the client that the app has, whoever made it.</summary>
        public QueueServiceClient? Queues => queues;

        public IReadOnlyList<string> Entries
        {
            get
            {
                lock (_gate)
                {
                    return [.. _entries];
                }
            }
        }

        public void Add(string entry)
        {
            lock (_gate)
            {
                _entries.Add(entry);
            }
        }

        public Task NeverAsync(string entry)
        {
            Add(entry);
            return new TaskCompletionSource().Task;
        }
    }
}
