using Celerity.Retry;
using Celerity.Tasks;
using Celerity.Tasks.Sending;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Tasks;

/// <summary>A task's settings: the attribute, then code, then configuration; each wrong value named where it was set.</summary>
public sealed class TaskSettingsTests
{
    private readonly ServiceCollection _services = [];

    [Fact]
    public void Settings_OfThreeSources_TheLaterWins()
    {
        Use(("Celerity:Tasks:test.set:MaxAttempts", "9"), ("Celerity:Tasks:test.set:Tracking", "result"), ("Celerity:Tasks:test.set:SoftTimeLimit", "00:00:30"));
        _services.ConfigureCelerityTask(typeof(SetTask), options =>
        {
            options.MaxAttempts = 8;
            options.Backoff = TimeSpan.FromSeconds(3);
        });

        var settings = Registry().Get("test.set").Settings;

        Assert.Equal((9, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(100)), (settings.Retry.MaxAttempts, settings.Retry.BaseDelay, settings.Retry.MaxDelay));
        Assert.Equal((TaskTracking.Result, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60)), (settings.Tracking, settings.SoftTimeLimit!.Value, settings.TimeLimit));
    }

    [Fact]
    public void Settings_FromEnvironmentVariables_HaveUnderscoresForDots()
    {
        Use(("Celerity:Tasks:test_set:MaxAttempts", "9"));

        Assert.Equal(9, Registry().Get("test.set").Settings.Retry.MaxAttempts);
    }

    [Theory]
    [InlineData("MaxAttempts", "0", "Celerity:Tasks:test.set:MaxAttempts is 0; it must be 1 to 1000.")]
    [InlineData("MaxAttempts", "many", "Celerity:Tasks:test.set:MaxAttempts is \"many\", which cannot be read.")]
    [InlineData("TimeLimit", "30", "Celerity:Tasks:test.set:TimeLimit is \"30\", which cannot be read. Times are written as 00:00:30")]
    [InlineData("TimeLimit", "2.00:00:00", "Celerity:Tasks:test.set:TimeLimit is 2.00:00:00; it must be 00:00:00.0010000 to 1.00:00:00.")]
    [InlineData("SoftTimeLimit", "00:02:00", "Celerity:Tasks:test.set:SoftTimeLimit is 00:02:00; it must be 0 for none, or less than the time limit of 00:01:00.")]
    [InlineData("Cache", "8.00:00:00", "Celerity:Tasks:test.set:Cache is 8.00:00:00; it must be 0 for none, or at most the 7.00:00:00 that results are kept.")]
    [InlineData("Queue", "No", "Celerity:Tasks:test.set:Queue is \"No\"; it must be 3 to 63 of lower-case letters")]
    [InlineData("Tracking", "7", "Celerity:Tasks:test.set:Tracking is 7; it must be Full, Result or None.")]
    [InlineData("BatchSize", "0", "Celerity:Tasks:test.set:BatchSize is 0; it must be 1 to 10000.")]
    [InlineData("BatchWait", "00:01:01", "Celerity:Tasks:test.set:BatchWait is 00:01:01; it must be 00:00:00.0010000 to 00:01:00.")]
    [InlineData("Attempts", "3", "Celerity:Tasks:test.set:Attempts is no setting of a task. There are Queue, MaxAttempts,")]
    public void Configuration_WrongValue_IsNamedWithItsKeyAndRange(string setting, string value, string words)
    {
        var exception = Assert.Throws<CelerityException>(() => Use(($"Celerity:Tasks:test.set:{setting}", value)));

        Assert.Equal(ErrorCodes.SettingOutOfRange, exception.Code);
        Assert.Contains(words, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Code_WrongValue_IsNamed()
    {
        Use();

        var exception = Assert.Throws<CelerityException>(() =>
            _services.ConfigureCelerityTask(typeof(SetTask), options => options.MaxBackoff = TimeSpan.FromMilliseconds(1)));

        Assert.Equal(
            "CEL0205: ConfigureTask<SetTask> sets MaxBackoff to 00:00:00.0010000; it must be 00:00:02 to 6.00:00:00.", exception.Message);
    }

    [Theory]
    [InlineData("test.sett", "CEL0201: Celerity:Tasks:test.sett sets a task that this app does not know. It knows test.set. ")]
    [InlineData("test.set", null)]
    [InlineData("TEST_SET", null)]
    public void Check_SectionOfNoTask_IsRefused(string name, string? message)
    {
        Use(($"Celerity:Tasks:{name}:MaxAttempts", "3"));

        var exception = Record.Exception(() => Registry().Check(new TaskQueues()));

        Assert.True(message is null ? exception is null : exception!.Message.StartsWith(message, StringComparison.Ordinal), exception?.Message);
    }

    [Fact]
    public void Check_SectionOfATaskThatIsOnlySent_IsKnownByItsAssemblyOrByCode()
    {
        _services.UseCelerityTaskSettings(Configuration(("Celerity:Tasks:test.lone:MaxAttempts", "3")), longestTimeLimit: null);
        _services.AddCelerityEngine();
        Assert.Throws<CelerityException>(() => Registry().Check(new TaskQueues()));

        _services.ConfigureCelerityTask(typeof(LoneTask), _ => { });

        Registry().Check(new TaskQueues());
        Assert.Equal(3, Registry().SettingsOf(typeof(LoneTask)).Retry.MaxAttempts);
        var scanned = new ServiceCollection()
            .UseCelerityTaskSettings(Configuration(("Celerity:Tasks:test.lone:MaxAttempts", "3")), longestTimeLimit: null)
            .AddCelerityEngine(typeof(LoneTask).Assembly);
        Assert.Null(Record.Exception(() => scanned.BuildServiceProvider().GetRequiredService<TaskRegistry>().Check(Queues("invoices"))));
    }

    [Fact]
    public void Check_QueueThatIsNoneOfTheApp_IsRefused_UnlessARouteLeadsElsewhere()
    {
        Use(("Celerity:Tasks:test.set:Queue", "invoices"));

        var exception = Assert.Throws<CelerityException>(() => Registry().Check(new TaskQueues()));

        Assert.StartsWith(
            "CEL0231: The task 'test.set' has the queue 'invoices'. No function of this app listens to the queue 'invoices'. Its queues are celerity-high,",
            exception.Message,
            StringComparison.Ordinal);
        Registry().Check(Queues("invoices"));
        var routed = new TaskQueues();
        routed.Route("test.*", "celerity-low");
        Registry().Check(routed);
    }

    [Fact]
    public void TimeLimit_AboveTheHostsLimit_IsRefusedAtStart()
    {
        _services.UseCelerityTaskSettings(new ConfigurationBuilder().Build(), TimeSpan.FromSeconds(59));

        var exception = Assert.Throws<CelerityException>(() => _services.AddCelerityHandler(typeof(SetHandler)));

        Assert.Equal(ErrorCodes.SettingOutOfRange, exception.Code);
        Assert.Contains("has a time limit of 00:01:00, but the host ends a function after 00:00:59", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TimeLimit_OfABatch_IsWhatTheWaitLeavesOfTheHostsLimit()
    {
        _services.UseCelerityTaskSettings(Configuration(("Celerity:Tasks:test.set:BatchWait", "00:00:07")), TimeSpan.FromSeconds(60));
        _services.AddCelerityHandler(typeof(SetBatchHandler<int>));

        Assert.Equal(TimeSpan.FromSeconds(53), Registry().Get("test.set").Settings.TimeLimit);
    }

    [Fact]
    public void Errors_NearestRuleCounts_CodeBeforeTheAttribute()
    {
        Use();
        _services.ConfigureCelerityTask(typeof(SetTask), options => options.FailOn<TimeoutException>());
        var errors = Registry().Get("test.set").Settings.Errors;

        Assert.Equal(ErrorCategory.Transient, errors.For(new ArgumentException(), []).Category);
        Assert.Equal(ErrorCategory.Permanent, errors.For(new ArgumentNullException(), []).Category);
        Assert.Equal(ErrorCategory.Permanent, errors.For(new AggregateException(new TimeoutException()), []).Category);
        Assert.Equal(ErrorCategory.Transient, errors.For(new InvalidOperationException(), []).Category);
        Assert.Equal(new Failure(ErrorCategory.Throttled, TimeSpan.FromSeconds(7)), errors.For(new ThrottledException("slow down", TimeSpan.FromSeconds(7)), []));
    }

    [Fact]
    public void Errors_ClassifierGoesFirstAndMayLeaveTheChoice()
    {
        var errors = new ErrorRules(
            [new ErrorRule(typeof(Exception), ErrorCategory.Permanent)], exception => exception is TimeoutException ? ErrorCategory.Throttled : null);

        Assert.Equal(ErrorCategory.Throttled, errors.For(new TimeoutException(), []).Category);
        Assert.Equal(ErrorCategory.Permanent, errors.For(new InvalidOperationException(), []).Category);
    }

    private TaskRegistry Registry() => (TaskRegistry)_services.Single(service => service.ServiceType == typeof(TaskRegistry)).ImplementationInstance!;

    private void Use(params (string Key, string Value)[] settings)
    {
        _services.UseCelerityTaskSettings(Configuration(settings), longestTimeLimit: null);
        _services.AddCelerityHandler(typeof(SetHandler));
    }

    private static IConfigurationRoot Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();

    private static TaskQueues Queues(string queue)
    {
        var queues = new TaskQueues();
        queues.Add(queue);
        return queues;
    }

    /// <summary>A task that nobody here runs.</summary>
    [CelerityTask("test.lone")]
    private sealed record LoneTask;

    [CelerityTask("test.set", MaxBackoffSeconds = 100, TimeLimitSeconds = 60)]
    [RetryOn<ArgumentException>]
    [FailOn<ArgumentNullException>]
    [RetryOn<TimeoutException>]
    private sealed record SetTask;

    // Generic, so that no scan of this assembly finds it.
    private sealed class SetBatchHandler<T> : IBatchHandler<SetTask>
    {
        public ValueTask<IReadOnlyList<TaskOutcome>> HandleAsync(IReadOnlyList<BatchItem<SetTask>> items, CancellationToken cancellationToken) => new([]);
    }

    private sealed class SetHandler : ITaskHandler<SetTask>
    {
        public ValueTask<TaskOutcome> HandleAsync(SetTask task, TaskContext context, CancellationToken cancellationToken) =>
            ValueTask.FromResult(TaskOutcome.Completed);
    }
}
