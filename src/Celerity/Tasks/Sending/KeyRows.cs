using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Celerity.Wire;

namespace Celerity.Tasks.Sending;

/// <summary>Where the rows of a sender's key lie in the table of keys: a partition for each key, named by its hash.</summary>
internal static class KeyRows
{
    public const string UniqueRow = "lock";

    private const string CachePrefix = "c-";
    public const string DebounceRow = "newest";

    public static string Unique(string task, string key) => $"u-{Hash($"{task}\n{key}")}";

    /// <summary>The key of a task's cached result: its name and its payload, however that is laid out.</summary>
    public static string CacheKeyOf(string task, JsonElement payload) => Hash($"{task}\n{CanonicalJson.WriteText(payload)}");

    public static string Cache(string cacheKey) => $"{CachePrefix}{cacheKey}";

    public static bool IsCache(string partitionKey) => partitionKey.StartsWith(CachePrefix, StringComparison.Ordinal);

    public static string Debounce(string task, string key) => $"d-{Hash($"{task}\n{key}")}";

    public static string Run(string pipeline, string key) => $"r-{Hash($"{pipeline}\n{key}")}";

    public static string Order(string key) => $"o-{Hash(key)}";

    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..40];
}
