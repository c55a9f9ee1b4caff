namespace Microsoft.DurableTask.Worker;

/// <summary>Picks what of an exception goes into <see cref="TaskFailureDetails.Properties"/>.</summary>
public interface IExceptionPropertiesProvider
{
    IDictionary<string, object?>? GetExceptionProperties(Exception exception);
}
