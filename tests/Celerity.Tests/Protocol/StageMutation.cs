using Celerity.Storage;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Xunit.Sdk;

namespace Celerity.Tests.Protocol;

/// <summary>A stage without one of its rules: what every worker of a simulation sees while it is in force.</summary>
internal sealed class StageMutation
{
    private static readonly AsyncLocal<StageMutation?> InForce = new();

    /// <summary>Gets what stands between the engine and its tables.</summary>
    public Func<ITableStore, ITableStore> Tables { get; init; } = tables => tables;

    /// <summary>Gets what becomes of a message that is sent; <see langword="null"/> where it is lost.</summary>
    public Func<string, string?> Sends { get; init; } = body => body;

    /// <summary>Gets what is put in the place of the engine's own parts.</summary>
    public Action<IServiceCollection> Services { get; init; } = _ => { };

    /// <summary>Runs a test without the rule.</summary>
    /// <returns>What it failed with; <see langword="null"/> where it passed.</returns>
    public async Task<Exception?> RunAsync(Func<Task> test)
    {
        InForce.Value = this;
        try
        {
            await test();
            return null;
        }
#pragma warning disable CA1031 // What it fails with is the result.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return exception;
        }
        finally
        {
            InForce.Value = null;
        }
    }

    /// <summary>Runs a test as the engine is, where it must pass, and without a rule, where it must fail.</summary>
    /// <param name="rule">The rule's name.</param>
    /// <param name="mutate">Takes the rule out.</param>
    /// <param name="test">The test.</param>
    /// <param name="output">Where it is told what it failed with.</param>
    public static async Task AssertIsCaughtAsync(string rule, Func<StageMutation> mutate, Func<Task> test, ITestOutputHelper output)
    {
        await test();

        var failure = await mutate().RunAsync(test);

        output.WriteLine($"{rule}: {failure}");
        Assert.True(failure is XunitException or InvalidOperationException { InnerException: XunitException }, $"{rule}: {failure}");
    }

    public static void Apply(IServiceCollection services)
    {
        if (InForce.Value is { } mutation)
        {
            Decorate<ITableStore>(services, mutation.Tables);
            Decorate<IQueueStore>(services, queues => new AlteredQueues(queues, mutation.Sends));
            mutation.Services(services);
        }
    }

    public static void Decorate<T>(IServiceCollection services, Func<T, T> decorate)
        where T : class
    {
        var inner = services.Last(service => service.ServiceType == typeof(T));
        services.AddSingleton(provider => decorate((T)(inner.ImplementationInstance
            ?? inner.ImplementationFactory?.Invoke(provider)
            ?? ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!))));
    }

    private sealed class AlteredQueues(IQueueStore inner, Func<string, string?> sends) : IQueueStore
    {
        public ValueTask SendAsync(string queue, string body, TimeSpan delay, CancellationToken cancellationToken) =>
            sends(body) is { } sent ? inner.SendAsync(queue, sent, delay, cancellationToken) : ValueTask.CompletedTask;

        public ValueTask<IReadOnlyList<QueueItem>> ReceiveAsync(string queue, int limit, TimeSpan lease, CancellationToken cancellationToken) =>
            inner.ReceiveAsync(queue, limit, lease, cancellationToken);

        public ValueTask<bool> TryDeleteAsync(string queue, QueueItem item, CancellationToken cancellationToken) =>
            inner.TryDeleteAsync(queue, item, cancellationToken);

        public ValueTask<int> CountAsync(string queue, CancellationToken cancellationToken) => inner.CountAsync(queue, cancellationToken);
    }
}
