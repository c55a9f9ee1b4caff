namespace Celerity.Celery;

/// <summary>A failure as a Celery client is told of it: it raises an exception of that name.</summary>
/// <param name="Type">The exception's name.</param>
/// <param name="Message">Its message.</param>
/// <param name="Module">The Python module that has it; <see langword="null"/> where the client makes one of that name.</param>
internal sealed record CeleryFailure(string Type, string Message, string? Module = null)
{
    public const string CeleryExceptions = "celery.exceptions";

    public static CeleryFailure Revoked(string? reason) => new("TaskRevokedError", reason ?? "", CeleryExceptions);
}
