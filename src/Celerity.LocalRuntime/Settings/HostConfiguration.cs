using System.Text.Json;
using Celerity.LocalRuntime.Hosting;
using Microsoft.Extensions.Configuration;

namespace Celerity.LocalRuntime.Settings;

/// <summary>host.json with its overrides by app settings <c>AzureFunctionsJobHost__a__b</c>. Not part of the app's own configuration.</summary>
internal sealed class HostConfiguration
{
    public const string FileName = "host.json";

    private const string OverridePrefix = "AzureFunctionsJobHost";

    private readonly IConfigurationRoot _root;

    private HostConfiguration(IConfigurationRoot root) => _root = root;

    /// <summary>Gets how long an invocation may take; <see langword="null"/> is without limit.</summary>
    public TimeSpan? FunctionTimeout { get; private init; }

    /// <summary>Gets the functions that may run; <see langword="null"/> is all.</summary>
    public IReadOnlyList<string>? AllowedFunctions => _root.GetSection("functions").Get<string[]>() is { Length: > 0 } names ? names : null;

    /// <summary>Gets the settings of one extension: <c>queues</c>, <c>durableTask</c>, <c>http</c>.</summary>
    public IConfigurationSection Extension(string name) => _root.GetSection($"extensions:{name}");

    public IConfigurationSection Section(string path) => _root.GetSection(path);

    public static HostConfiguration Load(string? path, IConfiguration app)
    {
        var builder = new ConfigurationBuilder();
        if (path is not null)
        {
            builder.AddInMemoryCollection(Read(path));
        }

        var root = builder.AddInMemoryCollection(app.GetSection(OverridePrefix).AsEnumerable(makePathsRelative: true)).Build();
        if (path is not null && root["version"] != "2.0")
        {
            throw new LocalStartException($"{path}: \"version\" is \"{root["version"]}\"; it must be \"2.0\".");
        }

        return new HostConfiguration(root) { FunctionTimeout = ReadTimeout(root["functionTimeout"]) };
    }

    private static List<KeyValuePair<string, string?>> Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return [.. new ConfigurationBuilder().AddJsonStream(stream).Build().AsEnumerable().Where(entry => entry.Value is not null)];
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
