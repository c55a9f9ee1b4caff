using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Celerity.LocalRuntime.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace Celerity.LocalRuntime.Http;

/// <summary>The keys that open HTTP functions. Checked only with <c>LocalRuntime:EnforceKeys</c>; kept in <c>keys.json</c> of the state folder.</summary>
internal sealed class FunctionKeys(StateFolder state, IOptions<LocalRuntimeOptions> options)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    // Made at the start, so that whoever turns the check on finds the keys before the first call.
    private readonly KeyFile? _keys = options.Value.EnforceKeys ? Load(state) : null;

    /// <summary>Tells whether a request may call a function of a level.</summary>
    public bool Open(HttpRequest request, AuthorizationLevel required, string function) =>
        _keys is null
        || required == AuthorizationLevel.Anonymous
        || (KeyOf(request) is { } key && (IsMaster(key) || (required == AuthorizationLevel.Function && IsFunctionKey(key, function))));

    /// <summary>Tells whether a request may call the runtime's own administration.</summary>
    public bool OpenAdmin(HttpRequest request) => _keys is null || (KeyOf(request) is { } key && IsMaster(key));

    /// <summary>Tells whether a request carries an extension's system key, such as <c>durabletask_extension</c>.</summary>
    public bool OpenSystem(HttpRequest request, string extension) =>
        _keys is null || (KeyOf(request) is { } key && (IsMaster(key) || AreSame(key, FindSystemKey(extension))));

    /// <summary>Gets an extension's system key to put into the URLs it hands out, or <see langword="null"/> where keys are not checked.</summary>
    public string? FindSystemKey(string extension) => _keys?.SystemKeys.GetValueOrDefault(extension);

    private static string? KeyOf(HttpRequest request) =>
        request.Headers["x-functions-key"] is [{ Length: > 0 } header, ..] ? header : request.Query["code"];

    private bool IsMaster(string key) => AreSame(key, _keys?.Master);

    private bool IsFunctionKey(string key, string function) =>
        _keys is not null
        && (_keys.HostKeys.Values.Any(hostKey => AreSame(key, hostKey))
            || (_keys.FunctionKeys.TryGetValue(function, out var own) && own.Values.Any(ownKey => AreSame(key, ownKey))));

    private static bool AreSame(string given, string? expected) =>
        expected is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));

    private static KeyFile Load(StateFolder state)
    {
        var path = state.PathOf("keys.json");
        if (File.Exists(path))
        {
            return JsonSerializer.Deserialize<KeyFile>(File.ReadAllText(path))
                ?? throw new LocalStartException($"{path} is empty. Delete it to have new keys made.");
        }

        var keys = new KeyFile
        {
            Master = NewKey(),
            HostKeys = { ["default"] = NewKey() },
            SystemKeys = { ["durabletask_extension"] = NewKey() },
        };
        state.Write("keys.json", JsonSerializer.Serialize(keys, Indented));
        return keys;
    }

    private static string NewKey() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    private sealed class KeyFile
    {
        public required string Master { get; init; }

        public Dictionary<string, string> HostKeys { get; init; } = [];

        public Dictionary<string, string> SystemKeys { get; init; } = [];

        public Dictionary<string, Dictionary<string, string>> FunctionKeys { get; init; } = new(StringComparer.OrdinalIgnoreCase);
    }
}
