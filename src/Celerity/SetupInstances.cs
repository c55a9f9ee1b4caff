using Microsoft.Extensions.DependencyInjection;

namespace Celerity;

/// <summary>What is filled while services are registered: an instance, not a type.</summary>
internal static class SetupInstances
{
    /// <summary>Gets the one that was registered, or registers it.</summary>
    public static T GetOrAddInstance<T>(this IServiceCollection services)
        where T : class, new()
    {
        if (services.FirstOrDefault(service => service.ServiceType == typeof(T))?.ImplementationInstance is T instance)
        {
            return instance;
        }

        instance = new T();
        services.AddSingleton(instance);
        return instance;
    }
}
