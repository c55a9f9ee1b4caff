using System.Text.Json;
using Celerity.LocalRuntime.Hosting;
using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Timers;

/// <summary>Keeps each monitored timer's status in the state folder. Best effort, as on the host.</summary>
internal sealed partial class TimerStatusStore(StateFolder folder, ILogger<TimerStatusStore> logger)
{
    public TimerStatus? Find(string function)
    {
        var path = folder.PathOf(FileOf(function));
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<TimerStatus>(File.ReadAllText(path)) : null;
        }
        catch (Exception exception) when (exception is JsonException or IOException)
        {
            LogUnreadable(logger, exception, function);
            return null;
        }
    }

    public void Save(string function, TimerStatus status)
    {
        try
        {
            folder.Write(FileOf(function), JsonSerializer.Serialize(status));
        }
        catch (IOException exception)
        {
            LogUnwritable(logger, exception, function);
        }
    }

    private static string FileOf(string function) => Path.Combine("timers", $"{function}.json");

    [LoggerMessage(9200, LogLevel.Warning, "The status of the timer {Function} cannot be read; it counts as a new one")]
    private static partial void LogUnreadable(ILogger logger, Exception exception, string function);

    [LoggerMessage(9201, LogLevel.Warning, "The status of the timer {Function} cannot be written; a missed run may go unseen after a restart")]
    private static partial void LogUnwritable(ILogger logger, Exception exception, string function);
}
