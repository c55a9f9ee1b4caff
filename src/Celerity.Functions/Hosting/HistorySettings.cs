using Celerity.History;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Hosting;

/// <summary>Reads <c>Celerity:History</c>, and refuses what cannot be.</summary>
internal static class HistorySettings
{
    private const string Section = "Celerity:History";
    private const int MostHours = 168;
    private const int MostDays = 400;

    /// <summary>Adds what counts and writes the history, unless it is switched off.</summary>
    /// <exception cref="CelerityException">CEL0308: a value cannot be read, or is out of its range.</exception>
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        var options = new HistoryOptions();
        try
        {
            section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        }
        catch (InvalidOperationException exception)
        {
            throw new CelerityException(ErrorCodes.SettingOutOfRange, exception.Message, exception);
        }

        Require(options.MinutesKeptHours is >= 2 and <= MostHours, nameof(options.MinutesKeptHours), options.MinutesKeptHours, $"2 to {MostHours}");
        Require(
            options.HoursKeptDays is >= 1 and <= MostDays && options.HoursKeptDays * 24 >= options.MinutesKeptHours,
            nameof(options.HoursKeptDays),
            options.HoursKeptDays,
            $"1 to {MostDays}, and no shorter than {nameof(options.MinutesKeptHours)}");
        services.Configure<HistoryOptions>(section);
        if (options.Enabled)
        {
            services.AddCelerityHistoryCounting();
            services.AddHostedService<HistoryService>();
        }
    }

    private static void Require(bool holds, string name, object found, string range)
    {
        if (!holds)
        {
            throw new CelerityException(ErrorCodes.SettingOutOfRange, $"{Section}:{name} is {found}; it must be {range}.");
        }
    }
}
