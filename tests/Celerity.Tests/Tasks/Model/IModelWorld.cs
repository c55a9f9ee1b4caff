namespace Celerity.Tests.Tasks.Model;

/// <summary>A world whose every order of steps can be gone through.</summary>
internal interface IModelWorld
{
    /// <summary>Gets everything that can happen next; nothing when all is quiet.</summary>
    List<ModelStep> Steps();

    void Take(ModelStep step);

    /// <summary>Says what is wrong now, or at the end; <see langword="null"/> for nothing.</summary>
    string? FindViolation(bool isQuiet);

    /// <summary>Describes the whole state: equal states look equal.</summary>
    string Describe();
}
