using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Celerity.LocalRuntime.Http;

/// <summary>What an HTTP function's parameters bind to by name: route values before query values, and both collections as JSON.</summary>
internal static class RequestMetadata
{
    public static Dictionary<string, object?> Of(HttpRequest request)
    {
        var query = request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
        var metadata = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase)
        {
            ["Query"] = JsonSerializer.Serialize(query),
            ["Headers"] = JsonSerializer.Serialize(request.Headers.ToDictionary(pair => pair.Key, pair => pair.Value.ToString())),
        };
        foreach (var (name, value) in query)
        {
            metadata[name] = value;
        }

        foreach (var (name, value) in request.RouteValues.Where(pair => pair.Value is not null))
        {
            metadata[name] = Convert.ToString(value);
        }

        return metadata;
    }
}
