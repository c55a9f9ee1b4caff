namespace Celerity.Retry;

/// <summary>Where random numbers come from.</summary>
internal interface IJitter
{
    /// <summary>A number from 0 to 1.</summary>
    double Next();
}
