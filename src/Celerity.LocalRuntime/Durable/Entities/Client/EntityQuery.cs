namespace Microsoft.DurableTask.Client.Entities;

/// <summary>Which entities to list.</summary>
public record EntityQuery
{
    public const int DefaultPageSize = 100;

    private readonly string? _instanceIdStartsWith;

    /// <summary>Gets how the id begins. A missing <c>@</c> is put before it, and the name's part of it is lower-cased, as in ids.</summary>
    public string? InstanceIdStartsWith
    {
        get => _instanceIdStartsWith;
        init => _instanceIdStartsWith = Normalize(value);
    }

    public DateTimeOffset? LastModifiedFrom { get; init; }

    public DateTimeOffset? LastModifiedTo { get; init; }

    public bool IncludeState { get; init; } = true;

    /// <summary>Gets a value indicating whether entities without a state, such as deleted or merely locked ones, are listed.</summary>
    public bool IncludeTransient { get; init; }

    /// <summary>Gets how many a page has at most; <see langword="null"/> is <see cref="DefaultPageSize"/>.</summary>
    public int? PageSize { get; init; }

    public string? ContinuationToken { get; init; }

    private static string? Normalize(string? prefix)
    {
        if (prefix is null)
        {
            return null;
        }

        var text = prefix.StartsWith('@') ? prefix : $"@{prefix}";
        var key = text.IndexOf('@', 1);
#pragma warning disable CA1308 // Names are lower case in ids.
        return key < 0 ? text.ToLowerInvariant() : text[..key].ToLowerInvariant() + text[key..];
#pragma warning restore CA1308
    }
}
