using Celerity.Tasks.Sending;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Hosting;

/// <summary>Reads <c>Celerity:Queues</c>, <c>Celerity:Routes</c>, <c>Celerity:Sending</c> and <c>Celerity:Signing</c>, and refuses what cannot be.</summary>
internal static class SendingSettings
{
    private const int GiB = 1024 * 1024 * 1024;

    /// <exception cref="CelerityException">CEL0308: a value is out of its range; CEL0231: a queue's name is none, or a route leads to no queue.</exception>
    public static void Bind(IConfiguration configuration, IServiceCollection services)
    {
        var queues = services.GetOrAddInstance<TaskQueues>();
        foreach (var queue in configuration.GetSection("Celerity:Queues").GetChildren())
        {
            queues.Add(queue.Value ?? "");
        }

        foreach (var route in configuration.GetSection("Celerity:Routes").GetChildren())
        {
            queues.Route(route["Task"] ?? "", route["Queue"] ?? "");
        }

        var (sending, signing) = (new SendingOptions(), new SigningOptions());
        try
        {
            configuration.GetSection("Celerity:Sending").Bind(sending);
            configuration.GetSection("Celerity:Signing").Bind(signing);
        }
        catch (InvalidOperationException exception)
        {
            throw new CelerityException(ErrorCodes.SettingOutOfRange, exception.Message, exception);
        }

        Require(sending.MaxPayloadBytes is >= 1024 and <= GiB, nameof(sending.MaxPayloadBytes), sending.MaxPayloadBytes, "1,024 to 1,073,741,824");
        Require(sending.CompressAboveBytes is >= 0 and <= GiB, nameof(sending.CompressAboveBytes), sending.CompressAboveBytes, "0 to 1,073,741,824");
        Require(sending.ParallelPackCount is >= 1 and <= 256, nameof(sending.ParallelPackCount), sending.ParallelPackCount, "1 to 256");
        services.Configure<SendingOptions>(options => configuration.GetSection("Celerity:Sending").Bind(options));
        services.Configure<SigningOptions>(options => configuration.GetSection("Celerity:Signing").Bind(options));

        // Refuses keys that are none.
        _ = new MessageSigner(Microsoft.Extensions.Options.Options.Create(signing));
    }

    private static void Require(bool holds, string name, object found, string range)
    {
        if (!holds)
        {
            throw new CelerityException(ErrorCodes.SettingOutOfRange, $"Celerity:Sending:{name} is {found}; it must be {range}.");
        }
    }
}
