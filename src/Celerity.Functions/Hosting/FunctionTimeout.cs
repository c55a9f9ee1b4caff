using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Celerity.Functions.Hosting;

/// <summary>After what the host ends a function: no task may be allowed longer.</summary>
internal static class FunctionTimeout
{
    private const string Never = "-1";
    private const string OverrideKey = "AzureFunctionsJobHost:functionTimeout";

    /// <summary>Reads it; <see langword="null"/> for never, and where host.json says nothing: then it depends on the plan.</summary>
    public static TimeSpan? Read(string folder, IConfiguration configuration) =>
        (configuration[OverrideKey] ?? HostJsonFile.Find(folder, "functionTimeout")) is { } text
        && text != Never
        && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var timeout)
            ? timeout
            : null;
}
