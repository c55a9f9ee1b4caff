using Celerity.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Tests.Tasks.Model;

/// <summary>A protocol with a rule taken out. The rules are in the product's code, so each is undone from outside: at the seams it stands on.</summary>
internal sealed record Mutant
{
    /// <summary>Gets what stands between the engine and its tables.</summary>
    public Func<ITableStore, ModelConsumer, ITableStore> Tables { get; init; } = (tables, _) => tables;

    /// <summary>Gets what stands between the engine and its queues.</summary>
    public Func<IQueueStore, IQueueStore> Queues { get; init; } = queues => queues;

    /// <summary>Gets what is put in the place of the engine's own parts.</summary>
    public Action<IServiceCollection> Services { get; init; } = _ => { };

    /// <summary>Gets what becomes of a message each time that it is received.</summary>
    public Func<string, string> Received { get; init; } = body => body;

    /// <summary>Gets whether the drainer sends a message as it is.</summary>
    public bool DrainsAsItIs { get; init; }

    /// <summary>Gets whether a pack that comes again is taken apart without handing its items over.</summary>
    public bool ExplodesAsItIs { get; init; }

    /// <summary>Gets whether every delivery passes for the first.</summary>
    public bool ForgetsDequeueCount { get; init; }

    /// <summary>Gets whether the host deletes a message once its handler has run, not once its function has returned.</summary>
    public bool DeletesAfterTheHandler { get; init; }

    /// <summary>Gets whether effects are made only by the pass that stored the outcome.</summary>
    public bool MakesEffectsOnce { get; init; }
}
