using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Celerity.LocalRuntime.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace Celerity.LocalRuntime.Http;

/// <summary>The keys that open HTTP functions. Checked only with <c>LocalRuntime:EnforceKeys</c>; kept in <c>keys.json</c> of the state folder.</summary>
internal sealed class FunctionKeys
{
    private const string FileName = "keys.json";
    private const string MasterName = "_master";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly StateFolder _state;
    private readonly Lock _gate = new();
    private readonly bool _isEnforced;
    private KeyFile? _keys;

    public FunctionKeys(StateFolder state, IOptions<LocalRuntimeOptions> options)
    {
        _state = state;
        _isEnforced = options.Value.EnforceKeys;
        if (_isEnforced)
        {
            // Made at the start, so that whoever turns the check on finds the keys before the first call.
            Read(_ => true);
        }
    }

    /// <summary>Tells whether a request may call a function of a level.</summary>
    public bool Open(HttpRequest request, AuthorizationLevel required, string function) =>
        !_isEnforced || required == AuthorizationLevel.Anonymous || (KeyOf(request) is { } given && Read(keys =>
            AreSame(given, keys.Master) || (required == AuthorizationLevel.Function && IsFunctionKey(keys, given, function))));

    /// <summary>Tells whether a request may call the runtime's own administration.</summary>
    public bool OpenAdmin(HttpRequest request) => !_isEnforced || (KeyOf(request) is { } given && Read(keys => AreSame(given, keys.Master)));

    /// <summary>Tells whether a request carries an extension's system key, such as <c>durabletask_extension</c>.</summary>
    public bool OpenSystem(HttpRequest request, string extension) => !_isEnforced || (KeyOf(request) is { } given && Read(keys =>
        AreSame(given, keys.Master) || AreSame(given, keys.SystemKeys.GetValueOrDefault(extension))));

    /// <summary>Gets an extension's system key to put into the URLs it hands out, or <see langword="null"/> where keys are not checked.</summary>
    public string? FindSystemKey(string extension) => _isEnforced ? Read(keys => keys.SystemKeys.GetValueOrDefault(extension)) : null;

    /// <summary>Returns the group of the administration's endpoints, which the master key alone opens.</summary>
    public RouteGroupBuilder MapAdmin(IEndpointRouteBuilder endpoints)
    {
        var admin = endpoints.MapGroup("admin");
        admin.AddEndpointFilter((context, next) => OpenAdmin(context.HttpContext.Request)
            ? next(context)
            : ValueTask.FromResult<object?>(Results.Unauthorized()));
        return admin;
    }

    /// <summary>Lists the keys of a scope, names to values.</summary>
    public IReadOnlyDictionary<string, string> List(KeyScope scope) => Read(keys => new Dictionary<string, string>(In(keys, scope)));

    /// <summary>Sets a key, to a new random value where none is given.</summary>
    public (string Value, bool IsNew) Set(KeyScope scope, string name, string? value) => Change(keys =>
    {
        value ??= NewKey();
        if (scope.Kind == KeyKind.Host && name == MasterName)
        {
            keys.Master = value;
            return (value, false);
        }

        var set = In(keys, scope);
        var isNew = !set.ContainsKey(name);
        set[name] = value;
        return (value, isNew);
    });

    /// <summary>Deletes a key; <see langword="false"/> when there is none of that name.</summary>
    public bool Delete(KeyScope scope, string name) => Change(keys => In(keys, scope).Remove(name));

    private static string? KeyOf(HttpRequest request) =>
        request.Headers["x-functions-key"] is [{ Length: > 0 } header, ..] ? header : request.Query["code"];

    private static bool IsFunctionKey(KeyFile keys, string given, string function) =>
        keys.HostKeys.Values.Any(key => AreSame(given, key))
        || (keys.FunctionKeys.TryGetValue(function, out var own) && own.Values.Any(key => AreSame(given, key)));

    private static bool AreSame(string given, string? expected) =>
        expected is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));

    private static string NewKey() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    // A function has a key of its own from the first look at its keys on.
    private Dictionary<string, string> In(KeyFile keys, KeyScope scope)
    {
        switch (scope.Kind)
        {
            case KeyKind.Host:
                return keys.HostKeys;
            case KeyKind.System:
                return keys.SystemKeys;
            default:
                if (!keys.FunctionKeys.TryGetValue(scope.Function!, out var own))
                {
                    keys.FunctionKeys.Add(scope.Function!, own = new Dictionary<string, string> { ["default"] = NewKey() });
                    Save(keys);
                }

                return own;
        }
    }

    private T Read<T>(Func<KeyFile, T> read)
    {
        lock (_gate)
        {
            return read(_keys ??= Load());
        }
    }

    private T Change<T>(Func<KeyFile, T> change)
    {
        lock (_gate)
        {
            var result = change(_keys ??= Load());
            Save(_keys);
            return result;
        }
    }

    private KeyFile Load()
    {
        var path = _state.PathOf(FileName);
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
        Save(keys);
        return keys;
    }

    private void Save(KeyFile keys) => _state.Write(FileName, JsonSerializer.Serialize(keys, Indented));
}
