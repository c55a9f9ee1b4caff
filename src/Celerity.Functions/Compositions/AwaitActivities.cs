using Celerity.Compositions;
using Celerity.Stages;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Compositions;

/// <summary>The activities of waiting. Each may run twice: they write the same things again. Requests and steps travel as JSON texts.</summary>
public static class AwaitActivities
{
    /// <summary>Makes the next step of what is awaited: sends, looks, collects.</summary>
    [Function(FunctionNames.AwaitStep)]
    public static async Task<string> StepAsync([ActivityTrigger] string request, [DurableClient] DurableTaskClient client, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var services = context.InstanceServices;
        services.GetRequiredService<LastClientSignal>().Use(client);
        var runs = ActivatorUtilities.CreateInstance<RunAwaiter>(services, client);
        var step = await services.GetRequiredService<Awaits>()
            .StepAsync(CelerityJson.Read<AwaitRequest>(request), runs.StepAsync, context.CancellationToken).ConfigureAwait(false);
        return CelerityJson.Write(step);
    }

    /// <summary>Checks a part of the tasks of a large group and keeps it.</summary>
    [Function(FunctionNames.KeepTasks)]
    public static async Task<string> KeepAsync([ActivityTrigger] string request, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var part = CelerityJson.Read<TasksPart>(request);
        var services = context.InstanceServices;
        try
        {
            var ttl = services.GetRequiredService<AwaitedSends>().Check(part.Tasks);
            await services.GetRequiredService<KeptTasks>().KeepAsync(part.Key, part.Part, part.Tasks, context.CancellationToken).ConfigureAwait(false);
            return CelerityJson.Write(new KeptPart(ttl, Fault: null));
        }
        catch (CelerityException exception)
        {
            return CelerityJson.Write(new KeptPart(TimeSpan.Zero, StageFault.From(exception)));
        }
    }
}

/// <summary>A part of the tasks of a group.</summary>
internal sealed record TasksPart(AwaitKey Key, int Part, IReadOnlyList<AwaitedTask> Tasks);

/// <summary>What keeping it came to.</summary>
/// <param name="ResultTtl">How long the results of its tasks are kept at most.</param>
/// <param name="Fault">Why one of them cannot be sent, or <see langword="null"/>.</param>
internal sealed record KeptPart(TimeSpan ResultTtl, StageFault? Fault);
