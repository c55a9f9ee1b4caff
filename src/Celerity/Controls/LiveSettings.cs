using System.Collections.Concurrent;
using Celerity.Tasks;
using Microsoft.Extensions.Logging;

namespace Celerity.Controls;

/// <summary>What tasks are set to now: what the board says, over what code and configuration say.</summary>
internal sealed partial class LiveSettings(TaskRegistry registry, ILogger<LiveSettings> logger)
{
    private readonly ConcurrentDictionary<string, (string ETag, TaskSettings Settings)> _read = new(StringComparer.OrdinalIgnoreCase);

    public TaskSettings Of(TaskDefinition task, ControlSnapshot controls)
    {
        if (controls.Find(ControlKind.Settings, ControlEntry.TargetOf(task.Settings.Name)) is not { } entry)
        {
            return task.Settings;
        }

        if (_read.TryGetValue(task.Settings.Name, out var read) && read.ETag == entry.ETag)
        {
            return read.Settings;
        }

        TaskSettings settings;
        try
        {
            settings = registry.SettingsWith(task, entry.Read<Dictionary<string, string>>());
        }
        catch (CelerityException exception)
        {
            // Another version of the app may have other ranges: what it cannot use must not keep its tasks from running.
            LogUnfit(logger, task.Settings.Name, exception);
            settings = task.Settings;
        }

        _read[task.Settings.Name] = (entry.ETag, settings);
        return settings;
    }

    [LoggerMessage(2402, LogLevel.Error, "What was set for task {Task} at run time does not fit this version of the app; what code and configuration say is in force")]
    private static partial void LogUnfit(ILogger logger, string task, Exception exception);
}
