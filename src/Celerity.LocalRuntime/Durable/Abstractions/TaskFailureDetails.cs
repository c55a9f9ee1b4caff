using System.Reflection;
using System.Runtime.CompilerServices;
using Celerity.LocalRuntime.Durable;
using Microsoft.DurableTask.Entities;
using Microsoft.DurableTask.Worker;

namespace Microsoft.DurableTask;

/// <summary>An exception as it is stored and carried to the caller.</summary>
public record TaskFailureDetails(
    string ErrorType,
    string ErrorMessage,
    string? StackTrace,
    TaskFailureDetails? InnerFailure,
    IDictionary<string, object?>? Properties)
{
    public static TaskFailureDetails FromException(Exception exception) => FromException(exception, null);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool IsCausedBy<T>()
        where T : Exception => IsCausedBy(typeof(T), Assembly.GetCallingAssembly());

    internal static TaskFailureDetails FromException(Exception exception, IExceptionPropertiesProvider? properties)
    {
        ArgumentNullException.ThrowIfNull(exception);

        // The failure that a task failed with is carried as details, not as an inner exception.
        var inner = exception switch
        {
            TaskFailedException { InnerException: null } failed => failed.FailureDetails,
            EntityOperationFailedException failed => failed.FailureDetails,
            _ => exception.InnerException is { } cause ? FromException(cause, properties) : null,
        };
        return new TaskFailureDetails(exception.GetType().ToString(), exception.Message, exception.StackTrace, inner, FailureProperties.Of(exception, properties));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool IsCausedBy(Type targetBaseExceptionType) => IsCausedBy(targetBaseExceptionType, Assembly.GetCallingAssembly());

    public override string ToString() => $"{ErrorType}: {ErrorMessage}";

    private bool IsCausedBy(Type targetBaseExceptionType, Assembly caller)
    {
        ArgumentNullException.ThrowIfNull(targetBaseExceptionType);
        if (!typeof(Exception).IsAssignableFrom(targetBaseExceptionType))
        {
            throw new ArgumentException($"{targetBaseExceptionType} is not an exception type.", nameof(targetBaseExceptionType));
        }

        return FailureType.Find(ErrorType, targetBaseExceptionType.Assembly, caller) is { } type && targetBaseExceptionType.IsAssignableFrom(type);
    }
}
