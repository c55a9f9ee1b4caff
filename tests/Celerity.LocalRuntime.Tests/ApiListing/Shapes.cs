using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Celerity.LocalRuntime.Tests.ApiListing;

/// <summary>One of each thing that a signature can say.</summary>
public abstract class Shapes<TKey, TValue>(string name) : Progress<TKey>, IProgress<TValue?>, IDisposable
    where TKey : class, IDisposable
{
    public const int Limit = 100;

    public static readonly IReadOnlyList<string?> Names = [];

    public delegate Task<TValue?> Callback(TKey key, in int count);

    public enum Kind
    {
        First,
        [Obsolete("gone")]
        Second = 5,
    }

    public string Name { get; } = name;

    [JsonPropertyName("size")]
    public int? Size { get; protected set; }

    protected virtual Dictionary<string, object?>? Bag { get; set; }

    public DateTimeOffset At { get; init; }

    public string? Owner { get; private set; }

    public static explicit operator string(Shapes<TKey, TValue> shape) => shape.Name;

    public abstract ValueTask<TValue?> FindAsync(TKey key, CancellationToken cancellationToken = default);

    public bool TryFind([NotNullWhen(true)] out List<TValue?>? found, ref int count, bool exact = true, string? hint = null, params object?[] rest)
    {
        found = null;
        return exact && hint is null && rest.Length > count;
    }

    public T Make<T>(string name = "x", TimeSpan? wait = null) where T : Exception, new() => new();

    public void Report(TValue? value) => Size = Limit;

    public sealed override string ToString() => Name;

    public void Dispose()
    {
        Hidden();
        GC.SuppressFinalize(this);
    }

    internal void Hidden() => Owner = Name;

    [AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, AllowMultiple = false)]
    public sealed class MarkAttribute : Attribute;

    public sealed record Pair(string Left, int Right);

    public readonly record struct Point(int X);
}
