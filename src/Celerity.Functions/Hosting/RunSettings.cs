using Celerity.Runs.Purging;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Hosting;

/// <summary>Reads <c>Celerity:Runs</c>, and refuses what cannot be.</summary>
internal static class RunSettings
{
    private const string Section = "Celerity:Runs";

    private static readonly TimeSpan Least = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Most = TimeSpan.FromDays(3650);
    private static readonly TimeSpan MostStalled = TimeSpan.FromDays(7);

    /// <exception cref="CelerityException">CEL0308: a value cannot be read, or is out of its range.</exception>
    public static void Bind(IConfiguration configuration, IServiceCollection services)
    {
        var section = configuration.GetSection(Section);
        var options = new RunOptions();
        try
        {
            section.Bind(options);
        }
        catch (InvalidOperationException exception)
        {
            throw new CelerityException(ErrorCodes.SettingOutOfRange, exception.Message, exception);
        }

        if (options.Retention != TimeSpan.Zero && (options.Retention < Least || options.Retention > Most))
        {
            throw new CelerityException(
                ErrorCodes.SettingOutOfRange, $"{Section}:{nameof(options.Retention)} is {options.Retention}; it must be {Least} to {Most}, or 0 to keep runs for ever.");
        }

        if (options.StalledAfter < Least || options.StalledAfter > MostStalled)
        {
            throw new CelerityException(
                ErrorCodes.SettingOutOfRange, $"{Section}:{nameof(options.StalledAfter)} is {options.StalledAfter}; it must be {Least} to {MostStalled}.");
        }

        services.Configure<RunOptions>(section);
    }
}
