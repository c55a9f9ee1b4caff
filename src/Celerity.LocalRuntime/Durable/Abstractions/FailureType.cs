using System.Reflection;

namespace Celerity.LocalRuntime.Durable;

/// <summary>Finds an exception's type by the full name that a failure carries.</summary>
internal static class FailureType
{
    /// <param name="fullName">The type's full name.</param>
    /// <param name="preferred">The assemblies whose type it is, should they have one.</param>
    /// <exception cref="AmbiguousMatchException">Two other loaded assemblies have different types of that name.</exception>
    public static Type? Find(string fullName, params Assembly[] preferred)
    {
        if ((Type.GetType(fullName) ?? preferred.Select(assembly => assembly.GetType(fullName)).FirstOrDefault(type => type is not null)) is { } found)
        {
            return found;
        }

        Type[] candidates = [.. AppDomain.CurrentDomain.GetAssemblies()
            .Select(assembly => assembly.GetType(fullName)).OfType<Type>().Distinct().Take(2)];
        return candidates.Length < 2
            ? candidates.SingleOrDefault()
            : throw new AmbiguousMatchException($"The type '{fullName}' is in {candidates[0].Assembly} and in {candidates[1].Assembly}.");
    }
}
