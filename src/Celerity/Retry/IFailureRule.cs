namespace Celerity.Retry;

/// <summary>Knows the exceptions of one library.</summary>
internal interface IFailureRule
{
    /// <summary>Tells what a failure is; <see langword="null"/> where it is none of this library's.</summary>
    Failure? For(Exception exception);
}
