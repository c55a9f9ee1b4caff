using Celerity.Celery;
using Celerity.Storage;
using Celerity.Tasks.Sending;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Hosting;

/// <summary>Reads <c>Celerity:Celery</c>, and refuses what cannot be.</summary>
internal static class CelerySettings
{
    private const string Section = "Celerity:Celery";

    /// <exception cref="CelerityException">CEL0308: a value is none, or a queue's name.</exception>
    public static void Bind(IConfiguration configuration, IServiceCollection services)
    {
        var celery = new CeleryOptions();
        try
        {
            configuration.GetSection(Section).Bind(celery);
        }
        catch (InvalidOperationException exception)
        {
            throw new CelerityException(ErrorCodes.SettingOutOfRange, exception.Message, exception);
        }

        // A task that goes there would be read by both, each taking what is the other's.
        var ours = services.GetOrAddInstance<TaskQueues>();
        foreach (var (at, queue) in celery.Queues.Index())
        {
            var name = CeleryQueues.OnStorage(queue);
            if (!QueueName.IsValid(name) || ours.Names.Contains(name))
            {
                throw new CelerityException(
                    ErrorCodes.SettingOutOfRange,
                    $"{Section}:Queues:{at} is '{queue}', on storage '{name}'; it must be {QueueName.Rule}, and a queue that this app does not listen to.");
            }
        }

        services.Configure<CeleryOptions>(options => configuration.GetSection(Section).Bind(options));
    }
}
