using System.Text.Json;
using Celerity.LocalRuntime.Hosting;
using Microsoft.Extensions.Configuration;

namespace Celerity.LocalRuntime.Settings;

/// <summary>host.json with its overrides by app settings <c>AzureFunctionsJobHost__a__b</c>.</summary>
/// <remarks>On Azure the app's own configuration does not hold host.json; here neither, so that no app comes to rely on it.</remarks>
internal sealed class HostConfiguration
{
    public const string FileName = "host.json";

    private const string SectionName = "AzureFunctionsJobHost";

    private readonly IConfigurationSection _section;

    private HostConfiguration(IConfiguration all)
    {
        _section = all.GetSection(SectionName);
        FunctionTimeout = ReadTimeout(_section["functionTimeout"]);
    }

    /// <summary>Gets how long an invocation may take; <see langword="null"/> is without limit.</summary>
    public TimeSpan? FunctionTimeout { get; }

    /// <summary>Gets the functions that may run; <see langword="null"/> is all.</summary>
    public IReadOnlyList<string>? AllowedFunctions => Section("functions").Get<string[]>() is { Length: > 0 } names ? names : null;

    public static HostConfiguration Load(string? path, IConfiguration app)
    {
        var builder = new ConfigurationBuilder();
        if (path is not null)
        {
            builder.AddInMemoryCollection(Read(path));
        }

        return new HostConfiguration(builder.AddConfiguration(app).Build());
    }

    /// <summary>Gets the settings of one extension: <c>queues</c>, <c>durableTask</c>, <c>http</c>.</summary>
    public IConfigurationSection Extension(string name) => Section($"extensions:{name}");

    public IConfigurationSection Section(string path) => _section.GetSection(path);

    private static List<KeyValuePair<string, string?>> Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var json = new ConfigurationBuilder().AddJsonStream(stream).Build();
            if (json["version"] != "2.0")
            {
                throw new LocalStartException($"{path}: \"version\" is \"{json["version"]}\"; it must be \"2.0\".");
            }

            return [.. json.AsEnumerable()
                .Where(entry => entry.Value is not null)
                .Select(entry => KeyValuePair.Create($"{SectionName}:{entry.Key}", entry.Value))];
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            throw new LocalStartException($"{path} is not valid JSON: {exception.Message}", exception);
        }
    }

    private static TimeSpan? ReadTimeout(string? text)
    {
        if (text is "-1" or "-00:00:01")
        {
            return null;
        }

        if (text is null)
        {
            return TimeSpan.FromMinutes(30);
        }

        return TimeSpan.TryParse(text, out var timeout) && timeout >= TimeSpan.FromSeconds(1)
            ? timeout
            : throw new LocalStartException($"host.json: \"functionTimeout\" is \"{text}\"; write it as hh:mm:ss, at least 00:00:01, or \"-1\" for no limit.");
    }
}
