using System.Collections.Concurrent;
using Celerity.LocalRuntime.Invocation;
using Celerity.LocalRuntime.Tests.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Invocation;

/// <summary>What is made when, and what an invocation is called in logs.</summary>
public sealed class ActivationTests
{
    [Fact]
    public async Task Instance_EachInvocation_IsANewOneAndIsNotDisposed()
    {
        var seen = new Seen();
        await using var app = LocalApp.Build([typeof(Functions)], builder => builder.Services.AddSingleton(seen));

        await app.InvokeAsync("instance");
        await app.InvokeAsync("instance");

        Assert.Equal(2, seen.Instances.Distinct().Count());
        Assert.All(seen.Instances, instance => Assert.False(((Functions)instance).IsDisposed));
    }

    [Fact]
    public async Task Middleware_EachInvocation_IsTheSameInstance()
    {
        var seen = new Seen();
        await using var app = LocalApp.Build([typeof(Functions)], builder =>
        {
            builder.Services.AddSingleton(seen);
            builder.UseMiddleware<CountingMiddleware>();
        });

        await app.InvokeAsync("instance");
        await app.InvokeAsync("instance");

        Assert.Equal(2, seen.Middleware.Count);
        Assert.Single(seen.Middleware.Distinct());
    }

    [Fact]
    public async Task RetryContext_NoRetryInForce_IsNull()
    {
        await using var app = LocalApp.Build([typeof(Functions)], builder => builder.Services.AddSingleton(new Seen()));

        Assert.Equal(true, await app.InvokeAsync("retry"));
    }

    [Fact]
    public void CreateBuilder_EnvironmentVariableWithThePrefix_IsConfigurationWithoutIt()
    {
        const string Name = "CELERITY_TEST_OF_THE_PREFIX";
        Environment.SetEnvironmentVariable($"AZURE_FUNCTIONS_{Name}", "yes");

        var builder = FunctionsApplication.CreateBuilder([]);

        Assert.Equal("yes", builder.Configuration[Name]);
        Assert.IsAssignableFrom<IHostApplicationBuilder>(builder);
        Assert.IsAssignableFrom<IFunctionsWorkerApplicationBuilder>(builder);
    }

    [Fact]
    public async Task Logs_OfAnInvocation_CarryItsIdAndFunction()
    {
        var logs = new ScopeLogs();
        await using var app = LocalApp.Build([typeof(Functions)], builder =>
        {
            builder.Services.AddSingleton(new Seen());
            builder.Logging.AddProvider(logs);
        });

        await app.InvokeAsync("logs", new InvocationRequest());

        var line = Assert.Single(logs.Lines, line => line.Text == "mine");
        Assert.Equal(typeof(Functions).FullName!.Replace('+', '.'), line.Category);
        Assert.Equal("logs", line.Scope["AzureFunctions_FunctionName"]);
        Assert.True(Guid.TryParse((string)line.Scope["AzureFunctions_InvocationId"], out _));
        var ofTheHost = logs.Lines.Where(entry => entry.Category == "Function.logs").Select(entry => entry.Text).ToList();
        Assert.Contains("Succeeded", Assert.Single(ofTheHost), StringComparison.Ordinal);
    }

    public sealed class Seen
    {
        public ConcurrentQueue<object> Instances { get; } = [];

        public ConcurrentQueue<object> Middleware { get; } = [];
    }

    public sealed class CountingMiddleware(Seen seen) : IFunctionsWorkerMiddleware
    {
        public Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            seen.Middleware.Enqueue(this);
            return next(context);
        }
    }

    public sealed class Functions(Seen seen, ILogger<Functions> logger) : IDisposable
    {
        public bool IsDisposed { get; private set; }

        [Function("instance")]
        public void Instance([ProbeTrigger] string? input) => seen.Instances.Enqueue(this);

        [Function("retry")]
        public static bool Retry([ProbeTrigger] string? input, FunctionContext context) => context.RetryContext is null;

        [Function("logs")]
        public void Logs([ProbeTrigger] string? input)
        {
#pragma warning disable CA1848 // A test of what comes of it, not of its speed.
            logger.LogInformation("mine");
#pragma warning restore CA1848
        }

        public void Dispose() => IsDisposed = true;
    }

    private sealed class ScopeLogs : ILoggerProvider, ISupportExternalScope
    {
        private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

        public ConcurrentQueue<(string Category, string Text, Dictionary<string, object> Scope)> Lines { get; } = [];

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

        public ILogger CreateLogger(string categoryName) => new ScopeLogger(this, categoryName);

        public void Dispose()
        {
        }

        private sealed class ScopeLogger(ScopeLogs logs, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => logs._scopes.Push(state);

            public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                var scope = new Dictionary<string, object>();
                logs._scopes.ForEachScope(
                    (item, all) =>
                    {
                        foreach (var (key, value) in item as IEnumerable<KeyValuePair<string, object>> ?? [])
                        {
                            all[key] = value;
                        }
                    },
                    scope);
                logs.Lines.Enqueue((category, formatter(state, exception), scope));
            }
        }
    }
}
