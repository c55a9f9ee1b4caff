namespace Celerity.LocalRuntime.Durable.Hosting;

/// <summary>The address under which a caller reached the app, through proxies too.</summary>
internal static class RequestBaseUrl
{
    /// <param name="url">The request's address as the app saw it.</param>
    /// <param name="header">Reads a header of the request.</param>
    public static string Of(Uri url, Func<string, string?> header)
    {
        var (scheme, host) = header("Forwarded") is { } forwarded
            ? (Parameter(forwarded, "proto"), Parameter(forwarded, "host"))
            : (First(header("X-Forwarded-Proto")), First(header("X-Forwarded-Host")));
        return $"{scheme ?? url.Scheme}://{host ?? url.Authority}";
    }

    // The first proxy is the one that the caller reached.
    private static string? First(string? list) => list?.Split(',')[0].Trim() is { Length: > 0 } first ? first : null;

    private static string? Parameter(string forwarded, string name) => First(forwarded)?.Split(';')
        .Select(pair => pair.Split('=', 2))
        .FirstOrDefault(pair => pair.Length == 2 && pair[0].Trim().Equals(name, StringComparison.OrdinalIgnoreCase))?[1].Trim().Trim('"') is { Length: > 0 } value
            ? value
            : null;
}
