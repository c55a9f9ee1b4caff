namespace Celerity.SoakApp;

/// <summary>Writes a line for each task that ends, once its end is stored.</summary>
public sealed class EndTeller : ITaskObserver
{
    /// <inheritdoc/>
    public async ValueTask OnEventAsync(TaskEvent happened, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(happened);
        if (happened.Kind is TaskEventKind.Succeeded or TaskEventKind.DeadLettered)
        {
            await Console.Out.WriteLineAsync($"ended {happened.Id}");
        }
    }
}
