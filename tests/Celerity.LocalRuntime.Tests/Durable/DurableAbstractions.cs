using System.Reflection;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Durable;

/// <summary>The value types of the public surface.</summary>
public sealed class DurableAbstractions
{
    [Fact]
    public void FromException_Chain_KeepsTypesAndMessages()
    {
        var details = TaskFailureDetails.FromException(new InvalidOperationException("outer", new TimeoutException("inner")));

        Assert.Equal(("System.InvalidOperationException", "outer"), (details.ErrorType, details.ErrorMessage));
        Assert.Equal("System.TimeoutException: inner", details.InnerFailure!.ToString());
    }

    [Fact]
    public void IsCausedBy_MatchesBaseClassesAndNotOthers()
    {
        var details = new TaskFailureDetails("System.IO.FileNotFoundException", "gone", null, null, null);

        Assert.True(details.IsCausedBy<FileNotFoundException>());
        Assert.True(details.IsCausedBy<IOException>());
        Assert.False(details.IsCausedBy<TimeoutException>());
        Assert.False(details with { ErrorType = "No.Such.Exception" } is { } unknown && unknown.IsCausedBy<Exception>());
        Assert.Throws<ArgumentException>(() => details.IsCausedBy(typeof(string)));
    }

    [Theory]
    [InlineData(0, 1, 1, null, null)]
    [InlineData(1, 0, 1, null, null)]
    [InlineData(1, 1, 0.5, null, null)]
    [InlineData(1, 10, 1, 5, null)]
    [InlineData(1, 10, 1, null, 5)]
    public void RetryPolicy_OutOfRange_IsRefused(int attempts, int firstSeconds, double coefficient, int? longestSeconds, int? timeoutSeconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(
            attempts,
            TimeSpan.FromSeconds(firstSeconds),
            coefficient,
            longestSeconds is { } longest ? TimeSpan.FromSeconds(longest) : null,
            timeoutSeconds is { } timeout ? TimeSpan.FromSeconds(timeout) : null));

    [Fact]
    public void RetryPolicy_Defaults_AreAnHourAndForEver()
    {
        var policy = new RetryPolicy(3, TimeSpan.FromSeconds(1), retryTimeout: Timeout.InfiniteTimeSpan);

        Assert.Equal((1.0, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan), (policy.BackoffCoefficient, policy.MaxRetryInterval, policy.RetryTimeout));
    }

    [Fact]
    public void Names_AndVersions_IgnoreCaseAndConvert()
    {
        TaskName name = "Charge";
        TaskVersion version = "v1";

        Assert.True(name == "charge");
        Assert.True(version == "V1");
        Assert.Equal("Charge", (string)name);
        Assert.Equal(string.Empty, TaskVersion.Unversioned.Version);
    }

    [Fact]
    public void SubOrchestrationOptions_FromTaskOptions_KeepsRetryAndVersion()
    {
        var options = new TaskOptions(new RetryPolicy(2, TimeSpan.FromSeconds(1))) { Version = "3" }.WithInstanceId("kid");

        Assert.Equal(("kid", "3", 2), (options.InstanceId, options.Version!.Value.Version, options.Retry!.Policy!.MaxNumberOfAttempts));
    }

    [Fact]
    public void JsonDataConverter_NullAndValues_RoundTrip()
    {
        Assert.Null(JsonDataConverter.Default.Serialize(null));
        Assert.Equal(0, JsonDataConverter.Default.Deserialize<int>(null));
        Assert.Equal([1, 2], JsonDataConverter.Default.Deserialize<int[]>(JsonDataConverter.Default.Serialize(new[] { 1, 2 }))!);
    }

    [Fact]
    public async Task Pageable_GoesOnUntilThereIsNoToken()
    {
        var pages = Pageable.Create<string>((token, _) => Task.FromResult(new Page<string>([token ?? "0"], token is null ? "1" : null)));

        var values = new List<string>();
        await foreach (var value in pages)
        {
            values.Add(value);
        }

        Assert.Equal(["0", "1"], values);
    }

    [Fact]
    public void WithDedupeStatuses_NamesThem() =>
        Assert.Equal(["Running", "Failed"], new StartOrchestrationOptions().WithDedupeStatuses(
            OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Failed).DedupeStatuses!);

    [Fact]
    public void FailureType_TwoTypesOfOneName_AreAmbiguous()
    {
        const string Name = "Twin.TwinException";
        var twins = new[] { "TwinOne", "TwinTwo" }.Select(assembly => DefineException(assembly, Name)).ToArray();

        Assert.Throws<AmbiguousMatchException>(() => new TaskFailureDetails(Name, "m", null, null, null).IsCausedBy<TimeoutException>());
        GC.KeepAlive(twins);
    }

    [Fact]
    public void FailureType_OfTheCallersAssembly_IsNotAmbiguous()
    {
        var (name, @base) = (typeof(OwnException).FullName!, typeof(OwnException).BaseType!);
        var twins = new[] { "TwinThree", "TwinFour" }.Select(assembly => DefineException(assembly, name)).ToArray();

        Assert.True(new TaskFailureDetails(name, "m", null, null, null).IsCausedBy<ArithmeticException>());
        Assert.True(new TaskFailureDetails(name, "m", null, null, null).IsCausedBy(@base));
        GC.KeepAlive(twins);
    }

    private static Type DefineException(string assembly, string name) => System.Reflection.Emit.AssemblyBuilder
        .DefineDynamicAssembly(new AssemblyName(assembly), System.Reflection.Emit.AssemblyBuilderAccess.Run)
        .DefineDynamicModule(assembly).DefineType(name, TypeAttributes.Public, typeof(Exception)).CreateType();
}

/// <summary>Not nested, so that a type of the same name can be defined elsewhere.</summary>
public sealed class OwnException : ArithmeticException;
