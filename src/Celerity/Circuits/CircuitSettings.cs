using System.Globalization;
using Celerity.Tasks;
using Microsoft.Extensions.Configuration;

namespace Celerity.Circuits;

/// <summary>Reads <c>Celerity:Circuits:{name}</c> and refuses what is out of range.</summary>
internal static class CircuitSettings
{
    public const string Section = "Celerity:Circuits";

    private const int MaxProbes = 10;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private static readonly Dictionary<string, Func<CircuitOptions, string, bool>> Settings = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(CircuitOptions.FailureRatio)] = (options, text) => TryReadRatio(text, value => options.FailureRatio = value),
        [nameof(CircuitOptions.MinimumThroughput)] = (options, text) => TaskOptionsSource.TryRead(text, (int value) => options.MinimumThroughput = value),
        [nameof(CircuitOptions.SamplingDuration)] = (options, text) => TaskOptionsSource.TryRead(text, (TimeSpan value) => options.SamplingDuration = value),
        [nameof(CircuitOptions.BreakDuration)] = (options, text) => TaskOptionsSource.TryRead(text, (TimeSpan value) => options.BreakDuration = value),
        [nameof(CircuitOptions.MaxBreakDuration)] = (options, text) => TaskOptionsSource.TryRead(text, (TimeSpan value) => options.MaxBreakDuration = value),
        [nameof(CircuitOptions.Probes)] = (options, text) => TaskOptionsSource.TryRead(text, (int value) => options.Probes = value),
    };

    /// <exception cref="CelerityException">CEL0308: a setting is unknown or out of range.</exception>
    public static CircuitOptions Read(IConfigurationSection section)
    {
        var options = new CircuitOptions();
        SettingSection.Apply(section, options, Settings, "a circuit", "Times are written as 00:00:30, counts as 5, ratios as 0.5.");

        Require(options.FailureRatio is >= 0 and <= 1, nameof(options.FailureRatio), options.FailureRatio, "0 to 1");
        Require(options.MinimumThroughput is >= 2 and <= 100_000, nameof(options.MinimumThroughput), options.MinimumThroughput, "2 to 100,000");
        RequireTime(nameof(options.SamplingDuration), options.SamplingDuration, Second);
        RequireTime(nameof(options.BreakDuration), options.BreakDuration, Second);
        RequireTime(nameof(options.MaxBreakDuration), options.MaxBreakDuration ?? Day, options.BreakDuration);
        Require(options.Probes is >= 1 and <= MaxProbes, nameof(options.Probes), options.Probes, $"1 to {MaxProbes}");
        return options;

        void RequireTime(string setting, TimeSpan found, TimeSpan least) => Require(found >= least && found <= Day, setting, found, $"{least} to {Day}");

        void Require(bool holds, string setting, IFormattable found, string rule)
        {
            if (!holds)
            {
                throw new CelerityException(
                    ErrorCodes.SettingOutOfRange, $"{section.Path}:{setting} is {found.ToString(null, CultureInfo.InvariantCulture)}; it must be {rule}.");
            }
        }
    }

    private static bool TryReadRatio(string text, Action<double> set)
    {
        var isRead = double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value);
        set(value);
        return isRead;
    }
}
