using Celerity.Handover;
using Celerity.Tasks;
using Celerity.Wire;

namespace Celerity.Tests.Tasks.Model;

/// <summary>Notes which effects were made.</summary>
internal sealed class ModelEffect(ModelWorld world, ModelConsumer consumer) : ITaskEffect
{
    public async ValueTask ApplyAsync(TaskEnvelope envelope, string queue, ControlRow ended, CancellationToken cancellationToken)
    {
        if (!world.Scenario.Mutant.MakesEffectsOnce || consumer.Storage.HasEnded)
        {
            await consumer.CallAsync("effect", () => $"{ended.State}", () => world.Effects.Add($"{envelope.Id} {ended.State}")).ConfigureAwait(false);
        }
    }
}
