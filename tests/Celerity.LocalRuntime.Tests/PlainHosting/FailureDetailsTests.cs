using Microsoft.DurableTask;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.LocalRuntime.Tests.PlainHosting;

public sealed class FailureDetailsTests
{
    [Fact]
    public async Task ExceptionPropertiesProvider_PropertiesReachTheCallerAndTheClient()
    {
        await using var app = await PlainApp.StartAsync(
            worker => worker.AddTasks(tasks => tasks
                .AddActivityFunc("Pay", _ => throw new PaymentException("declined", new TimeoutException("inner")))
                .AddOrchestratorFunc<string>("Order", async context =>
                {
                    try
                    {
                        await context.CallActivityAsync("Pay");
                        return null;
                    }
                    catch (TaskFailedException failed)
                    {
                        var properties = failed.FailureDetails.Properties!;
                        return $"{properties["code"]}/{properties["retry"]}/{properties["nothing"] ?? "null"}/{properties["at"]!.GetType().Name}/"
                            + $"{((List<object?>)properties["list"]!).Count}/{((Dictionary<string, object?>)properties["map"]!)["k"]}/"
                            + $"{failed.FailureDetails.InnerFailure!.Properties is null}";
                    }
                })
                .AddOrchestratorFunc("Fails", _ => throw new PaymentException("declined", null))),
            services => services.AddSingleton<IExceptionPropertiesProvider, PaymentProperties>());

        var caught = await app.RunToEndAsync("Order");
        var failed = await app.RunToEndAsync("Fails");

        Assert.Equal("402/True/null/DateTimeOffset/2/v/True", caught.ReadOutputAs<string>());
        Assert.Equal(402.0, failed.FailureDetails!.Properties!["code"]);
    }

    [Fact]
    public void Records_WithTheSameValues_AreEqual()
    {
        var policy = new RetryPolicy(2, TimeSpan.FromSeconds(1));
        var options = new TaskOptions(policy) { Version = "1" };

        Assert.Equal(options, new TaskOptions(options));
        Assert.NotEqual(options, options with { Version = "2" });
        Assert.Equal(new SubOrchestrationOptions(options, "i"), options.WithInstanceId("i"));
        Assert.Equal(new TaskFailureDetails("E", "m", null, null, null), new TaskFailureDetails("E", "m", null, null, null));
        Assert.Equal("E: m", new TaskFailureDetails("E", "m", "s", null, null).ToString());
    }

    private sealed class PaymentException(string message, Exception? inner) : Exception(message, inner);

    private sealed class PaymentProperties : IExceptionPropertiesProvider
    {
        public IDictionary<string, object?>? GetExceptionProperties(Exception exception) => exception is not PaymentException ? null : new Dictionary<string, object?>
        {
            ["code"] = 402,
            ["retry"] = true,
            ["nothing"] = null,
            ["at"] = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
            ["list"] = new[] { 1, 2 },
            ["map"] = new Dictionary<string, object?> { ["k"] = "v" },
        };
    }
}
