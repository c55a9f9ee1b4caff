using Celerity.Costs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Hosting;

/// <summary>Reads <c>Celerity:Cost</c>, and refuses what cannot be.</summary>
internal static class CostSettings
{
    private const string Section = "Celerity:Cost";

    /// <exception cref="CelerityException">CEL0308: a value is unknown, cannot be read, or is below 0.</exception>
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        var options = new CostOptions();
        try
        {
            section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        }
        catch (InvalidOperationException exception)
        {
            throw new CelerityException(ErrorCodes.SettingOutOfRange, exception.Message, exception);
        }

        var prices = options.Prices.All.Select(price => ($"{nameof(options.Prices)}:{price.Name}", price.Price));
        foreach (var (name, money) in prices.Append((nameof(options.OtherPerMonth), options.OtherPerMonth)))
        {
            if (money < 0)
            {
                throw new CelerityException(ErrorCodes.SettingOutOfRange, $"{Section}:{name} is {money}; it must be 0 or more.");
            }
        }

        services.Configure<CostOptions>(section);
        services.AddSingleton<CostMeter>();
    }
}
