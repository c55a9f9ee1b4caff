using System.Reflection;

namespace Celerity.Workers;

/// <summary>Who this process is.</summary>
internal sealed record WorkerIdentity(string Id, string Host, int ProcessId, DateTimeOffset StartedAt, string? AppVersion, string? EngineVersion)
{
    private const int MaxVersionChars = 100;

    /// <summary>Gets the version of the app that this process runs.</summary>
    public static string? AppVersionOfProcess { get; } = VersionOf(Assembly.GetEntryAssembly());

    public static WorkerIdentity Of(TimeProvider time)
    {
        var now = time.GetUtcNow();
        return new WorkerIdentity(
            Guid.CreateVersion7(now).ToString(),
            Environment.MachineName,
            Environment.ProcessId,
            now,
            AppVersionOfProcess,
            VersionOf(typeof(WorkerIdentity).Assembly));
    }

    private static string? VersionOf(Assembly? assembly) =>
        assembly?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion is { } version
            ? version[..Math.Min(version.Length, MaxVersionChars)]
            : null;
}
