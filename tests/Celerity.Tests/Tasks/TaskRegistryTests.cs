using Celerity.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Tasks;

public sealed class TaskRegistryTests
{
    private readonly ServiceCollection _services = new();
    private readonly TaskRegistry _registry = new();

    [Fact]
    public void AddAll_Assembly_FindsItsHandlersByName()
    {
        _services.AddCelerityEngine(typeof(EchoHandler).Assembly);

        var task = Registry().Get("TEST.echo");

        Assert.Equal((typeof(EchoTask), typeof(EchoHandler)), (task.PayloadType, task.HandlerType));
        Assert.Equal(2, task.Settings.Retry.MaxAttempts);
    }

    [Fact]
    public void AddCelerityEngine_Twice_ChangesNothing()
    {
        _services.AddCelerityEngine(typeof(EchoHandler).Assembly);
        var (services, tasks) = (_services.Count, Registry().Tasks.Count());

        _services.AddCelerityEngine(typeof(EchoHandler).Assembly);

        Assert.Equal((services, tasks), (_services.Count, Registry().Tasks.Count()));
    }

    [Fact]
    public void Add_SecondHandlerOfATask_IsRefusedNamingBoth()
    {
        _registry.Add(typeof(EchoHandler), _services);

        var exception = Assert.Throws<CelerityException>(() => _registry.Add(typeof(OtherEchoHandler), _services));

        Assert.Equal(ErrorCodes.DuplicateTask, exception.Code);
        Assert.Contains(typeof(EchoHandler).FullName!, exception.Message, StringComparison.Ordinal);
        Assert.Contains(typeof(OtherEchoHandler).FullName!, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Add_NoHandler_IsRefused() => Assert.Throws<ArgumentException>(() => _registry.Add(typeof(string), _services));

    [Fact]
    public void Get_UnknownTask_NamesTheKnownOnes()
    {
        _registry.Add(typeof(EchoHandler), _services);

        var exception = Assert.Throws<CelerityException>(() => _registry.Get("test.eco"));

        Assert.Equal("CEL0201: There is no task 'test.eco'. This app runs test.cached, test.echo, test.none, test.result.", exception.Message);
    }

    [Theory]
    [InlineData(typeof(NoName), "Name to \"\"; it must be 1 to 100")]
    [InlineData(typeof(BadName), "Name to \"a b\"")]
    [InlineData(typeof(BadQueue), "Queue to \"Default\"; it must be 3 to 63 of lower-case letters")]
    [InlineData(typeof(NoAttempts), "MaxAttempts to 0; it must be 1 to 1000")]
    [InlineData(typeof(NoBackoff), "BackoffSeconds to 0; it must be 0.001 to 86400")]
    [InlineData(typeof(ShrinkingBackoff), "MaxBackoffSeconds to 1; it must be 2 to 518400")]
    [InlineData(typeof(NoTime), "TimeLimitSeconds to NaN; it must be a number of seconds")]
    public void Of_SettingOutOfRange_SaysWhichAndWhatItMustBe(Type type, string words)
    {
        var exception = Assert.Throws<CelerityException>(() => TaskSettings.Of(type));

        Assert.Equal(ErrorCodes.BadTask, exception.Code);
        Assert.Contains(type.Name, exception.Message, StringComparison.Ordinal);
        Assert.Contains(words, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_TypeWithoutAttribute_IsRefused() =>
        Assert.Equal(ErrorCodes.NotATask, Assert.Throws<CelerityException>(() => TaskSettings.Of(typeof(string))).Code);

    private TaskRegistry Registry() => (TaskRegistry)_services.Single(service => service.ServiceType == typeof(TaskRegistry)).ImplementationInstance!;

    private abstract class OtherEchoHandler : ITaskHandler<EchoTask>
    {
        public abstract ValueTask<TaskOutcome> HandleAsync(EchoTask task, TaskContext context, CancellationToken cancellationToken);
    }

    [CelerityTask("")]
    private sealed class NoName;

    [CelerityTask("a b")]
    private sealed class BadName;

    [CelerityTask("x", Queue = "Default")]
    private sealed class BadQueue;

    [CelerityTask("x", MaxAttempts = 0)]
    private sealed class NoAttempts;

    [CelerityTask("x", BackoffSeconds = 0)]
    private sealed class NoBackoff;

    [CelerityTask("x", MaxBackoffSeconds = 1)]
    private sealed class ShrinkingBackoff;

    [CelerityTask("x", TimeLimitSeconds = double.NaN)]
    private sealed class NoTime;
}
