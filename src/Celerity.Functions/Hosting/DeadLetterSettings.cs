using Celerity.DeadLetters;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Hosting;

/// <summary>Reads <c>Celerity:DeadLetters</c>, and refuses what cannot be.</summary>
internal static class DeadLetterSettings
{
    private const string Section = "Celerity:DeadLetters";
    private const int MostDays = 3650;

    /// <exception cref="CelerityException">CEL0308: a value cannot be read, or is out of its range.</exception>
    public static void Bind(IConfiguration configuration, IServiceCollection services)
    {
        var section = configuration.GetSection(Section);
        var options = new DeadLetterOptions();
        try
        {
            section.Bind(options);
        }
        catch (InvalidOperationException exception)
        {
            throw new CelerityException(ErrorCodes.SettingOutOfRange, exception.Message, exception);
        }

        if (options.RetentionDays is < 1 or > MostDays)
        {
            throw new CelerityException(
                ErrorCodes.SettingOutOfRange, $"{Section}:{nameof(options.RetentionDays)} is {options.RetentionDays}; it must be 1 to {MostDays}.");
        }

        services.Configure<DeadLetterOptions>(section);
        var rules = services.GetOrAddInstance<SeverityRules>();
        foreach (var rule in section.GetSection("Severity").GetChildren())
        {
            rules.Add(new SeverityRule(
                rule["Task"] is { Length: > 0 } task ? task : "*",
                rule["Category"] is { Length: > 0 } ? ReadName<ErrorCategory>(rule, "Category") : null,
                ReadName<Severity>(rule, "Severity")));
        }
    }

    private static T ReadName<T>(IConfigurationSection rule, string name)
        where T : struct, Enum =>
        Enum.TryParse<T>(rule[name], ignoreCase: true, out var value) && Enum.IsDefined(value) && !int.TryParse(rule[name], out _)
            ? value
            : throw new CelerityException(
                ErrorCodes.SettingOutOfRange, $"{rule.Path}:{name} is \"{rule[name]}\"; it must be one of {string.Join(", ", Enum.GetNames<T>())}.");
}
