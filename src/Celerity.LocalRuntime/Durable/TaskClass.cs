using Microsoft.Extensions.DependencyInjection;

namespace Celerity.LocalRuntime.Durable;

/// <summary>Makes tasks of their classes.</summary>
internal static class TaskClass
{
    /// <summary>Returns what makes an instance with its services; the class itself need not be registered.</summary>
    /// <exception cref="ArgumentException">The class is no such task, or abstract.</exception>
    public static Func<IServiceProvider, T> Factory<T>(Type type)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(type);
        if (!type.IsAssignableTo(typeof(T)) || type.IsAbstract || type.ContainsGenericParameters)
        {
            throw new ArgumentException($"{type} is no class that can be made and is a {typeof(T)}.", nameof(type));
        }

        var make = new Lazy<ObjectFactory>(() => ActivatorUtilities.CreateFactory(type, Type.EmptyTypes));
        return services => (T)make.Value(services, null);
    }
}
