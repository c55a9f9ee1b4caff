using Celerity.LocalRuntime.Discovery;

namespace Celerity.LocalRuntime.Hosting;

/// <summary>Listens for one kind of trigger and invokes the functions that have it. Every registered one is started with the host.</summary>
internal interface ITriggerListener
{
    /// <summary>Starts to listen for those of <paramref name="functions"/> whose trigger attribute is of this listener's kind.</summary>
    Task StartAsync(IReadOnlyList<FunctionDescriptor> functions, CancellationToken cancellationToken);

    /// <summary>Takes no more work and returns when what runs has ended, or when <paramref name="cancellationToken"/> fires.</summary>
    Task StopAsync(CancellationToken cancellationToken);
}
