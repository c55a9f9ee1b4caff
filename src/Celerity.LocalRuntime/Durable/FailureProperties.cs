using Microsoft.DurableTask.Worker;

namespace Celerity.LocalRuntime.Durable;

/// <summary>What the app wants to be kept of an exception.</summary>
internal static class FailureProperties
{
    public static IDictionary<string, object?>? Of(Exception exception, IExceptionPropertiesProvider? provider)
    {
        try
        {
            return provider?.GetExceptionProperties(exception);
        }
#pragma warning disable CA1031 // The failure itself must still reach its caller.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }
}
