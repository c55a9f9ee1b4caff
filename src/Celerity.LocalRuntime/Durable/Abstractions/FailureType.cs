using System.Reflection;

namespace Celerity.LocalRuntime.Durable;

/// <summary>Finds an exception's type by the full name that a failure carries.</summary>
internal static class FailureType
{
    /// <exception cref="AmbiguousMatchException">Two loaded assemblies have different types of that name.</exception>
    public static Type? Find(string fullName, Assembly preferred)
    {
        if ((Type.GetType(fullName) ?? preferred.GetType(fullName)) is { } found)
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
