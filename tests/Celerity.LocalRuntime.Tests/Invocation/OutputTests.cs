using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Invocation;
using Celerity.LocalRuntime.Tests.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Invocation;

public sealed class OutputTests
{
    [Fact]
    public async Task InvokeAsync_AttributeOnTheMethod_WritesTheWholeValue()
    {
        var written = new RecordingBinding();
        await using var app = LocalApp.Build([typeof(Functions)], builder => builder.Services.AddSingleton<IOutputBinding>(written));

        await app.InvokeAsync("whole");

        Assert.Equal([("one", "value")], written.Values);
    }

    [Fact]
    public async Task InvokeAsync_AttributesOnProperties_WritesEachThatIsNotNull()
    {
        var written = new RecordingBinding();
        await using var app = LocalApp.Build([typeof(Functions)], builder => builder.Services.AddSingleton<IOutputBinding>(written));

        var result = await app.InvokeAsync("several");

        Assert.Equal([("a", "first"), ("b", 7)], written.Values);
        Assert.Null(result);
    }

    [Fact]
    public async Task InvokeAsync_FunctionThrows_WritesNothing()
    {
        var written = new RecordingBinding();
        await using var app = LocalApp.Build([typeof(Functions)], builder => builder.Services.AddSingleton<IOutputBinding>(written));

        await Assert.ThrowsAsync<InvalidDataException>(() => app.InvokeAsync("fails"));

        Assert.Empty(written.Values);
    }

    [Fact]
    public async Task GetOutputBindings_MiddlewareChangesAValue_TheNewOneIsWritten()
    {
        var written = new RecordingBinding();
        await using var app = LocalApp.Build([typeof(Functions)], builder =>
        {
            builder.Services.AddSingleton<IOutputBinding>(written);
            builder.UseMiddleware(async (context, next) =>
            {
                await next();
                var output = context.GetOutputBindings<string>().Single(binding => binding.Name == "First");
                Assert.Equal("probe", output.BindingType);
                output.Value = "changed";
            });
        });

        await app.InvokeAsync("several");

        Assert.Equal([("a", "changed"), ("b", 7)], written.Values);
    }

    [Fact]
    public async Task Build_AttributeOnMethodAndProperties_Refuses()
    {
        await using var app = LocalApp.Build([typeof(Conflicting)]);

        await Assert.ThrowsAsync<LocalStartException>(app.StartAsync);
    }

    public sealed class Functions
    {
        [Function("whole")]
        [ProbeOutput("one")]
        public static string Whole([ProbeTrigger] string? input) => "value";

        [Function("several")]
        public static Several SeveralOutputs([ProbeTrigger] string? input) => new() { First = "first", Second = 7 };

        [Function("fails")]
        [ProbeOutput("one")]
        public static string Fails([ProbeTrigger] string? input) => throw new InvalidDataException();
    }

    public sealed class Conflicting
    {
        [Function("conflicting")]
        [ProbeOutput("one")]
        public static Several Run([ProbeTrigger] string? input) => new();
    }

    public sealed class Several
    {
        [ProbeOutput("a")]
        public string? First { get; set; }

        [ProbeOutput("b")]
        public int Second { get; set; }

        [ProbeOutput("c")]
        public string? Third { get; set; }
    }

    [AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
    public sealed class ProbeOutputAttribute(string target) : OutputBindingAttribute
    {
        public string Target { get; } = target;
    }

    private sealed class RecordingBinding : IOutputBinding
    {
        public List<(string Target, object Value)> Values { get; } = [];

        public bool Handles(Attribute attribute) => attribute is ProbeOutputAttribute;

        public ValueTask WriteAsync(Attribute attribute, object value, FunctionContext context, CancellationToken cancellationToken)
        {
            Values.Add((((ProbeOutputAttribute)attribute).Target, value));
            return ValueTask.CompletedTask;
        }
    }
}
