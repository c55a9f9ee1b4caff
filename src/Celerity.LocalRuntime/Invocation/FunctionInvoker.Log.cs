using System.Collections;
using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Invocation;

internal sealed partial class FunctionInvoker
{
    // Information is for once per run; the end says all that the start does.
    [LoggerMessage(9000, LogLevel.Debug, "Executing 'Functions.{Function}' (Id={InvocationId})")]
    private static partial void LogExecuting(ILogger logger, string function, string invocationId);

    [LoggerMessage(9001, LogLevel.Information, "Executed 'Functions.{Function}' (Succeeded, Id={InvocationId}, Duration={DurationMs}ms)")]
    private static partial void LogSucceeded(ILogger logger, string function, string invocationId, long durationMs);

    [LoggerMessage(9002, LogLevel.Error, "Executed 'Functions.{Function}' (Failed, Id={InvocationId}, Duration={DurationMs}ms)")]
    private static partial void LogFailed(ILogger logger, Exception exception, string function, string invocationId, long durationMs);

    private sealed class InvocationLogScope(string invocationId, string function) : IReadOnlyList<KeyValuePair<string, object>>
    {
        public int Count => 2;

        public KeyValuePair<string, object> this[int index] => index switch
        {
            0 => new("AzureFunctions_InvocationId", invocationId),
            1 => new("AzureFunctions_FunctionName", function),
            _ => throw new ArgumentOutOfRangeException(nameof(index), index, null),
        };

        public IEnumerator<KeyValuePair<string, object>> GetEnumerator()
        {
            yield return this[0];
            yield return this[1];
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString() => $"{function} {invocationId}";
    }
}
