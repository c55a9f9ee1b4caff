namespace Celerity.Stages.Admission;

/// <summary>A chunk ran longer than it may.</summary>
internal sealed class TimeLimitException(TimeSpan limit) : TimeoutException($"It ran longer than its time limit of {limit:c}.")
{
    public TimeSpan Limit => limit;
}
