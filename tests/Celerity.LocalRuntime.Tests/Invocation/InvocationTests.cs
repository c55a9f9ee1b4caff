using Celerity.LocalRuntime.Invocation;
using Celerity.LocalRuntime.Tests.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Invocation;

public sealed class InvocationTests
{
    [Fact]
    public async Task InvokeAsync_ScopedService_IsOnePerInvocationAndDisposedAfterIt()
    {
        await using var app = LocalApp.Build([typeof(Functions)], builder => builder.Services.AddScoped<Scoped>());

        var first = (Scoped)(await app.InvokeAsync("scope"))!;
        var second = (Scoped)(await app.InvokeAsync("scope"))!;

        Assert.NotSame(first, second);
        Assert.True(first.IsDisposed);
        Assert.True(first.WasAliveInFunction);
    }

    [Theory]
    [InlineData("void", null)]
    [InlineData("task", null)]
    [InlineData("valueTask", null)]
    [InlineData("plain", 5)]
    [InlineData("taskOf", 6)]
    [InlineData("valueTaskOf", 7)]
    public async Task InvokeAsync_EachReturnShape_GivesItsValue(string function, object? expected)
    {
        await using var app = LocalApp.Build([typeof(Functions)], builder => builder.Services.AddScoped<Scoped>());

        Assert.Equal(expected, await app.InvokeAsync(function));
    }

    [Theory]
    [InlineData("throws")]
    [InlineData("throwsLater")]
    public async Task InvokeAsync_FunctionThrows_ThrowsTheSameUnwrapped(string function)
    {
        await using var app = LocalApp.Build([typeof(Functions)], builder => builder.Services.AddScoped<Scoped>());

        var exception = await Assert.ThrowsAsync<InvalidDataException>(() => app.InvokeAsync(function));

        Assert.Equal("broken", exception.Message);
    }

    [Fact]
    public async Task InvokeAsync_Context_DescribesFunctionAndInvocation()
    {
        await using var app = LocalApp.Build([typeof(Functions)], builder => builder.Services.AddScoped<Scoped>());
        const string Parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

        var context = (FunctionContext)(await app.InvokeAsync("context", new InvocationRequest { TraceParent = Parent }))!;

        Assert.Equal("context", context.FunctionDefinition.Name);
        Assert.Equal($"{typeof(Functions).FullName}.Context", context.FunctionDefinition.EntryPoint);
        Assert.Equal("probeTrigger", context.FunctionDefinition.InputBindings["input"].Type);
        Assert.Equal(["input", "context"], context.FunctionDefinition.Parameters.Select(parameter => parameter.Name));
        Assert.StartsWith("00-0af7651916cd43dd8448eb211c80319c-", context.TraceContext.TraceParent, StringComparison.Ordinal);
        Assert.Null(context.RetryContext);
        Assert.True(Guid.TryParse(context.InvocationId, out _));
    }

    [Fact]
    public async Task InvokeAsync_CallerCancels_CancelsTheFunctionsToken()
    {
        await using var app = LocalApp.Build([typeof(Functions)], builder => builder.Services.AddScoped<Scoped>());
        using var cancel = new CancellationTokenSource();

        var invocation = app.InvokeAsync("untilCancelled", cancellationToken: cancel.Token);
        Assert.False(invocation.IsCompleted);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => invocation);
    }

    [Fact]
    public async Task InvokeAsync_OverTheFunctionTimeout_FailsAndCancels()
    {
        var time = new FakeTimeProvider();
        await using var app = LocalApp.Build(
            [typeof(Functions)],
            builder => builder.Services.AddScoped<Scoped>().AddSingleton<TimeProvider>(time),
            """{ "version": "2.0", "functionTimeout": "00:01:00" }""");

        var invocation = app.InvokeAsync("untilCancelled");
        time.Advance(TimeSpan.FromMinutes(1));

        await Assert.ThrowsAsync<FunctionTimeoutException>(() => invocation.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task InvokeAsync_BindHook_ComesBeforeConverters()
    {
        await using var app = LocalApp.Build([typeof(Functions)], builder => builder.Services.AddScoped<Scoped>());

        var result = await app.InvokeAsync("echo", new InvocationRequest
        {
            TriggerValue = "from the trigger",
            Bind = parameter => parameter.Name == "input" ? new ParameterValue("from the hook") : null,
        });

        Assert.Equal("from the hook", result);
    }

    [Fact]
    public async Task InvokeAsync_RunBody_WrapsTheCallAlone()
    {
        await using var app = LocalApp.Build([typeof(Functions)], builder => builder.Services.AddScoped<Scoped>());
        var calls = new List<string>();

        var result = await app.InvokeAsync("plain", new InvocationRequest
        {
            RunBody = async body =>
            {
                calls.Add("before");
                var returned = await body();
                calls.Add($"after {returned}");
                return 50;
            },
        });

        Assert.Equal(50, result);
        Assert.Equal(["before", "after 5"], calls);
    }

    public sealed class Functions(Scoped scoped)
    {
        [Function("scope")]
        public Scoped Scope([ProbeTrigger] string? input, FunctionContext context)
        {
            scoped.WasAliveInFunction = !scoped.IsDisposed && ReferenceEquals(scoped, context.InstanceServices.GetRequiredService<Scoped>());
            return scoped;
        }

        [Function("void")]
        public static void Void([ProbeTrigger] string? input) => _ = input;

        [Function("task")]
        public static Task Task([ProbeTrigger] string? input) => System.Threading.Tasks.Task.FromResult(input);

        [Function("valueTask")]
        public static async ValueTask ValueTask([ProbeTrigger] string? input) => await System.Threading.Tasks.Task.Yield();

        [Function("plain")]
        public static int Plain([ProbeTrigger] string? input) => 5;

        [Function("taskOf")]
        public static async Task<int> TaskOf([ProbeTrigger] string? input)
        {
            await System.Threading.Tasks.Task.Yield();
            return 6;
        }

        [Function("valueTaskOf")]
        public static ValueTask<int> ValueTaskOf([ProbeTrigger] string? input) => new(7);

        [Function("throws")]
        public static void Throws([ProbeTrigger] string? input) => throw new InvalidDataException("broken");

        [Function("throwsLater")]
        public static async Task ThrowsLater([ProbeTrigger] string? input)
        {
            await System.Threading.Tasks.Task.Yield();
            throw new InvalidDataException("broken");
        }

        [Function("context")]
        public static FunctionContext Context([ProbeTrigger] string? input, FunctionContext context) => context;

        [Function("untilCancelled")]
        public static Task UntilCancelled([ProbeTrigger] string? input, CancellationToken cancellationToken) =>
            System.Threading.Tasks.Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);

        [Function("echo")]
        public static string Echo([ProbeTrigger] string input) => input;
    }

    public sealed class Scoped : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public bool WasAliveInFunction { get; set; }

        public void Dispose() => IsDisposed = true;
    }
}
