using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Celerity.LocalRuntime.Tests.Differential.OfficialSdk;

/// <summary>Orchestrations that end in one way under the official SDK. Compiled against it, too (tests/Celerity.OfficialSdk).</summary>
public static class SdkScenarios
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(50);

    public static IReadOnlyDictionary<string, Func<TaskOrchestrationContext, Task<object?>>> All { get; } =
        new Dictionary<string, Func<TaskOrchestrationContext, Task<object?>>>
        {
            ["sequence"] = async c => new[] { await EchoAsync(c, "a"), await EchoAsync(c, "b"), await EchoAsync(c, "c") },
            ["record"] = async c => await c.CallActivityAsync<Person>("Birthday", new Person("Ann", 4)),
            ["no input"] = async c => await c.CallActivityAsync<string>("NoInput"),
            ["null input"] = async c => await c.CallActivityAsync<string?>("Echo", input: null) ?? "none",
            ["no result"] = async c =>
            {
                await c.CallActivityAsync("Echo", "x");
                return null;
            },
            ["fan-out"] = async c => (await Task.WhenAll(Enumerable.Range(0, 5).Select(i => c.CallActivityAsync<int>("Double", i)))).Sum(),
            ["when any"] = async c =>
            {
                var activity = c.CallActivityAsync<string?>("Echo", "x");
                return await Task.WhenAny(c.WaitForExternalEvent<string>("never"), activity) == activity;
            },
            ["activity fails"] = async c => await CatchAsync(() => c.CallActivityAsync<string>("Fail", "boom")),
            ["activity fails, uncaught"] = async c => await c.CallActivityAsync<string>("Fail", "boom"),
            ["orchestrator throws"] = _ => throw new InvalidTimeZoneException("zone", new FormatException("inside")),
            ["unknown activity"] = async c => await CatchAsync(() => c.CallActivityAsync<string>("Nope", "x")),
            ["unknown orchestrator"] = async c => await CatchAsync(() => c.CallSubOrchestratorAsync<string>("Nope", "x")),
            ["activity's input of another type"] = async c => await CatchAsync(() => c.CallActivityAsync<int>("Double", "text")),
            ["activity's result of another type"] = async c => await CatchAsync(() => c.CallActivityAsync<int>("Echo", "text")),
            ["options as input"] = async c => await CatchAsync(() => c.CallActivityAsync<string>("Echo", TaskOptions.FromRetryHandler(_ => true))),
            ["sub-orchestration"] = async c => await c.CallSubOrchestratorAsync<string>("Child", "in"),
            ["sub-orchestration fails"] = async c => await CatchAsync(() => c.CallSubOrchestratorAsync<string>("ChildFails", "x")),
            ["retry policy"] = async c => await CatchAsync(() => c.CallActivityAsync<string>("Fail", "r", Retry(3))),
            ["retry policy, filtered"] = async c => await CatchAsync(() => c.CallActivityAsync<string>("Fail", "r", TaskOptions.FromRetryPolicy(
                new RetryPolicy(3, Soon) { HandleFailure = failure => !failure.IsCausedBy<InvalidOperationException>() }))),
            ["retry policy of a sub-orchestration"] = async c => await CatchAsync(() => c.CallSubOrchestratorAsync<string>("ChildFails", "x", Retry(2))),
            ["retry handler"] = async c =>
            {
                var seen = new List<string>();
                var outcome = await CatchAsync(() => c.CallActivityAsync<string>("Fail", "r", TaskOptions.FromRetryHandler(retry =>
                {
                    seen.Add($"{retry.LastAttemptNumber} {retry.LastFailure.ErrorType}");
                    return retry.LastAttemptNumber < 3;
                })));
                return $"{outcome}; {string.Join(", ", seen)}";
            },
            ["retry policy's arguments"] = c => Task.FromResult<object?>(Arguments()),
            ["timer"] = async c =>
            {
                var due = c.CurrentUtcDateTime + Soon;
                await c.CreateTimer(Soon, CancellationToken.None);
                return $"{c.CurrentUtcDateTime >= due} {c.CurrentUtcDateTime.Kind}";
            },
            ["timer in the past"] = async c => await CatchAsync(() => c.CreateTimer(TimeSpan.FromSeconds(-5), CancellationToken.None)),
            ["timer called off"] = async c => await CatchAsync(() => CalledOff(c, before: false)),
            ["timer called off before"] = async c => await CatchAsync(() => CalledOff(c, before: true)),
            ["timer left open"] = async c =>
            {
                _ = c.CreateTimer(Soon, CancellationToken.None);
                return await EchoAsync(c, "x");
            },
            ["event in time"] = async c => await CatchAsync(() => c.WaitForExternalEvent<string>("never", Soon)),
            ["event in no time"] = async c => await CatchAsync(() => c.WaitForExternalEvent<string>("never", TimeSpan.Zero)),
            ["newest waiter first"] = async c =>
            {
                var (older, newer) = (c.WaitForExternalEvent<string>("E"), c.WaitForExternalEvent<string>("e"));
                Raise(c, "1", "2");
                return await older + await newer;
            },
            ["oldest event first"] = async c =>
            {
                Raise(c, "1", "2");
                await c.CreateTimer(Soon, CancellationToken.None);
                return await c.WaitForExternalEvent<string>("E") + await c.WaitForExternalEvent<string>("E");
            },
            ["events of two types"] = async c =>
            {
                _ = c.WaitForExternalEvent<string>("E");
                return await CatchAsync(() => c.WaitForExternalEvent<int>("E"));
            },
            ["event of another type"] = async c =>
            {
                Raise(c, "text");
                return await CatchAsync(() => c.WaitForExternalEvent<int>("E"));
            },
            ["guids"] = async c =>
            {
                var guid = c.NewGuid();
                return $"{await EchoAsync(c, guid.ToString()) == guid.ToString()} {guid.Version} {c.NewGuid() == guid}";
            },
            ["custom status"] = async c =>
            {
                c.SetCustomStatus(new Person("Ann", 4));
                await EchoAsync(c, "x");
                c.SetCustomStatus("last");
                return null;
            },
            ["continue as new"] = c => Task.FromResult<object?>(c.GetInput<int>() < 3 ? Again(c, c.GetInput<int>() + 1) : c.GetInput<int>()),
            ["continue as new, event kept"] = async c => await AgainWithEventAsync(c, keeps: true),
            ["continue as new, event dropped"] = async c => await AgainWithEventAsync(c, keeps: false),
            ["continue as new, then throw"] = c =>
            {
                c.ContinueAsNew(1);
                throw new FormatException("after");
            },
            ["context"] = c => Task.FromResult<object?>($"{c.GetInput<int>()} {c.Name} '{c.Version}' {c.Parent is null} {c.IsReplaying}"),
        };

    public static void Register(DurableTaskRegistry registry)
    {
        registry
            .AddActivityFunc<string, string>("Echo", (_, text) => text)
            .AddActivityFunc<string, string>("Fail", string? (_, text) => throw new InvalidOperationException(text, new FormatException($"inside {text}")))
            .AddActivityFunc<int, int>("Double", (_, number) => number * 2)
            .AddActivityFunc<string>("NoInput", context => $"{context.Name} {context.InstanceId.Length > 0}")
            .AddActivityFunc<Person, Person>("Birthday", (_, person) => person! with { Age = person.Age + 1 })
            .AddOrchestratorFunc<string, string>("Child", async (context, text) => $"{await EchoAsync(context, text!)} of {context.Parent?.Name.Name}")
            .AddOrchestratorFunc<string, string>("ChildFails", string? (_, text) => throw new ArgumentException($"child {text}"));
        foreach (var (name, body) in All)
        {
            registry.AddOrchestratorFunc<int, object>(name, (context, _) => body(context));
        }
    }

    /// <summary>Describes how an instance of a scenario has ended, without what differs from run to run.</summary>
    public static string Describe(string name, OrchestrationMetadata ended) =>
        $"{name}: {ended.RuntimeStatus}; output {ended.SerializedOutput}; status {ended.SerializedCustomStatus}; failure {Describe(ended.FailureDetails)}"
            .Replace(ended.InstanceId, "ID", StringComparison.Ordinal);

    private static string Describe(TaskFailureDetails? failure) =>
        failure is null ? "none" : $"{failure.ErrorType} {failure.ErrorMessage} ({Describe(failure.InnerFailure)})";

    private static Task<string> EchoAsync(TaskOrchestrationContext context, string text) => context.CallActivityAsync<string>("Echo", text);

    private static TaskOptions Retry(int attempts) => TaskOptions.FromRetryPolicy(new RetryPolicy(attempts, Soon));

    private static void Raise(TaskOrchestrationContext context, params string[] payloads)
    {
        foreach (var payload in payloads)
        {
            context.SendEvent(context.InstanceId, "E", payload);
        }
    }

    private static string Again(TaskOrchestrationContext context, int input)
    {
        context.ContinueAsNew(input);
        return "dropped";
    }

    private static async Task<object?> AgainWithEventAsync(TaskOrchestrationContext context, bool keeps)
    {
        if (context.GetInput<int>() != 0)
        {
            var seen = "";
            return await CatchAsync(async () => seen = await context.WaitForExternalEvent<string>("E", TimeSpan.FromSeconds(3))) + seen;
        }

        Raise(context, "kept");
        await context.CreateTimer(Soon, CancellationToken.None);
        context.ContinueAsNew(1, keeps);
        return null;
    }

    private static async Task CalledOff(TaskOrchestrationContext context, bool before)
    {
        using var source = new CancellationTokenSource();
        if (before)
        {
            Cancel(source);
        }

        var timer = context.CreateTimer(TimeSpan.FromHours(1), source.Token);
        Cancel(source);
        await timer;
    }

    // Not CancelAsync: it leaves the orchestrator's thread.
    private static void Cancel(CancellationTokenSource source) => source.Cancel();

    private static List<string> Arguments()
    {
        Func<RetryPolicy>[] policies =
        [
            () => new RetryPolicy(0, Soon),
            () => new RetryPolicy(1, TimeSpan.Zero),
            () => new RetryPolicy(1, Soon, backoffCoefficient: 0.5),
            () => new RetryPolicy(1, 2 * Soon, maxRetryInterval: Soon),
            () => new RetryPolicy(1, 2 * Soon, retryTimeout: Soon),
            () => new RetryPolicy(1, Soon),
        ];
        return [.. policies.Select(make =>
        {
            try
            {
                var policy = make();
                return $"{policy.BackoffCoefficient} {policy.MaxRetryInterval} {policy.RetryTimeout}";
            }
            catch (ArgumentException exception)
            {
                return $"{exception.GetType()} {exception.ParamName}";
            }
        })];
    }

    private static async Task<string> CatchAsync(Func<Task> run)
    {
        try
        {
            await run();
            return "no exception";
        }
        catch (TaskFailedException failed)
        {
            var details = failed.FailureDetails;
            return $"{failed.GetType()}: {failed.Message}; {failed.TaskName} {failed.TaskId}; {Describe(details)}; "
                + $"{details.IsCausedBy<InvalidOperationException>()} {details.IsCausedBy<Exception>()} {details.IsCausedBy<ArgumentException>()}";
        }
        catch (Exception exception)
        {
            return $"{exception.GetType()}: {exception.Message}";
        }
    }

    private sealed record Person(string Name, int Age);
}
