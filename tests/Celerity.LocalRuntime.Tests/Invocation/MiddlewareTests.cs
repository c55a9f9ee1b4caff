using Celerity.LocalRuntime.Invocation;
using Celerity.LocalRuntime.Tests.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Invocation;

public sealed class MiddlewareTests
{
    [Fact]
    public async Task UseMiddleware_InOrderOfRegistration_FirstIsOutermost()
    {
        var log = new List<string>();
        await using var app = LocalApp.Build([typeof(Functions)], builder =>
        {
            builder.Services.AddSingleton(log);
            builder.UseMiddleware<Named>();
            builder.UseMiddleware(async (_, next) =>
            {
                log.Add("inline in");
                await next();
                log.Add("inline out");
            });
            builder.Use(next => context =>
            {
                log.Add("raw");
                return next(context);
            });
        });

        await app.InvokeAsync("echo", new InvocationRequest { TriggerValue = "x" });

        Assert.Equal(["named in", "inline in", "raw", "inline out", "named out"], log);
    }

    [Fact]
    public async Task UseWhen_PredicateIsFalse_GoesPast()
    {
        var log = new List<string>();
        await using var app = LocalApp.Build([typeof(Functions)], builder =>
        {
            builder.Services.AddSingleton(log);
            builder.UseWhen<Named>(context => context.FunctionDefinition.Name == "other");
            builder.UseWhen(context => context.FunctionDefinition.Name == "echo", (_, next) =>
            {
                log.Add("taken");
                return next();
            });
        });

        await app.InvokeAsync("echo", new InvocationRequest { TriggerValue = "x" });

        Assert.Equal(["taken"], log);
    }

    [Fact]
    public async Task Middleware_DoesNotCallNext_ItsResultStands()
    {
        await using var app = LocalApp.Build([typeof(Functions)], builder => builder.UseMiddleware((context, _) =>
        {
            context.GetInvocationResult().Value = "short";
            return Task.CompletedTask;
        }));

        Assert.Equal("short", await app.InvokeAsync("echo", new InvocationRequest { TriggerValue = "x" }));
    }

    [Fact]
    public async Task Middleware_SwallowsTheException_InvocationSucceeds()
    {
        Exception? seen = null;
        await using var app = LocalApp.Build([typeof(Functions)], builder => builder.UseMiddleware(async (_, next) =>
        {
            try
            {
                await next();
            }
            catch (InvalidDataException exception)
            {
                seen = exception;
            }
        }));

        await app.InvokeAsync("throws", new InvocationRequest { TriggerValue = "x" });

        Assert.Equal("broken", seen?.Message);
    }

    [Fact]
    public async Task Middleware_SeesBindingFailures()
    {
        Exception? seen = null;
        await using var app = LocalApp.Build([typeof(Functions)], builder => builder.UseMiddleware(async (_, next) =>
        {
            try
            {
                await next();
            }
            catch (FunctionInputConverterException exception)
            {
                seen = exception;
            }
        }));

        await app.InvokeAsync("number", new InvocationRequest { TriggerValue = "no number" });

        Assert.Contains("'input'", seen?.Message);
    }

    [Fact]
    public async Task BindInputAsync_ValueReplaced_FunctionGetsTheNewOne()
    {
        await using var app = LocalApp.Build([typeof(Functions)], builder => builder.UseMiddleware(async (context, next) =>
        {
            var input = await context.BindInputAsync<string>(context.FunctionDefinition.InputBindings["input"]);
            input.Value = $"{input.Value}!";
            await next();
        }));

        Assert.Equal("x!", await app.InvokeAsync("echo", new InvocationRequest { TriggerValue = "x" }));
    }

    [Fact]
    public void Build_Twice_Throws()
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        using var host = builder.Build();

        Assert.Throws<InvalidOperationException>(() => builder.Build());
    }

    public sealed class Functions
    {
        [Function("echo")]
        public static string Echo([ProbeTrigger] string input) => input;

        [Function("number")]
        public static int Number([ProbeTrigger] int input) => input;

        [Function("throws")]
        public static void Throws([ProbeTrigger] string input) => throw new InvalidDataException("broken");
    }

    public sealed class Named(List<string> log) : IFunctionsWorkerMiddleware
    {
        public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            log.Add("named in");
            await next(context);
            log.Add("named out");
        }
    }
}
