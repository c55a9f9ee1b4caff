using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace Celerity.LocalRuntime.Tests.Durable;

public static class ClassTaskSamples
{
    [DurableTask]
    public sealed class Welcome : TaskOrchestrator<string[], List<string>>
    {
        public override async Task<List<string>?> RunAsync(TaskOrchestrationContext context, string[]? input)
        {
            var greetings = new List<string>();
            foreach (var name in input ?? [])
            {
                greetings.Add(await context.CallActivityAsync<string>("greet", name));
            }

            return greetings;
        }
    }

    [DurableTask("Greet")]
    public sealed class GreetActivity(WorkerFunctions.Greeter greeter) : TaskActivity<string, string>
    {
        public override async Task<string?> RunAsync(TaskActivityContext context, string? input)
        {
            await Task.Yield();
            return $"{greeter.Greet(input!)} ({context.Name}, {context.InstanceId}, '{context.Version}')";
        }
    }

    [DurableTask("Tally")]
    public sealed class TallyEntity(WorkerFunctions.Greeter greeter) : TaskEntity<List<string>>
    {
        public void Greet(string name) => State!.Add(greeter.Greet(name));

        public int Count() => State!.Count;
    }

    [DurableTask]
    public sealed class Tallies : TaskOrchestrator<object, int>
    {
        public override async Task<int> RunAsync(TaskOrchestrationContext context, object? input)
        {
            var tally = new EntityInstanceId("tally", context.InstanceId);
            await context.Entities.SignalEntityAsync(tally, "greet", "Ada");
            await context.Entities.CallEntityAsync(tally, "greet", "Bob");
            return await context.Entities.CallEntityAsync<int>(tally, "count");
        }
    }

    [DurableTask("Price")]
    public sealed class OldPrice : TaskActivity<int, int>
    {
        public override Task<int> RunAsync(TaskActivityContext context, int input) => Task.FromResult(input);
    }

    [DurableTask("Price", Version = "2.0")]
    public sealed class NewPrice : TaskActivity<int, int>
    {
        public override Task<int> RunAsync(TaskActivityContext context, int input) => Task.FromResult(input * 2);
    }

    [DurableTask]
    public sealed class Prices : TaskOrchestrator<object, int[]>
    {
        public override async Task<int[]?> RunAsync(TaskOrchestrationContext context, object? input) =>
        [
            await context.CallActivityAsync<int>("Price", 10),
            await context.CallActivityAsync<int>("Price", 10, new TaskOptions { Version = "2.0" }),
            await context.CallActivityAsync<int>("Price", 10, new TaskOptions { Version = "3.0" }),
            await context.CallActivityAsync<int>("Price"),
        ];
    }

    /// <summary>Asks for its input's type itself, as code does that was not written over the base class.</summary>
    [DurableTask]
    public sealed class Length : ITaskActivity
    {
        public Type InputType => typeof(string);

        public Type OutputType => typeof(int);

        public Task<object?> RunAsync(TaskActivityContext context, object? input) => Task.FromResult<object?>(((string)input!).Length);
    }

    [DurableTask]
    public sealed class NeedsWhatIsNotThere(Uri address) : TaskActivity<string, string>
    {
        public override Task<string?> RunAsync(TaskActivityContext context, string? input) => Task.FromResult<string?>(address.ToString());
    }
}
