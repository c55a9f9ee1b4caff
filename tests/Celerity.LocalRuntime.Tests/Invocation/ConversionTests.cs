using System.Text;
using Celerity.LocalRuntime.Invocation;
using Celerity.LocalRuntime.Tests.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Invocation;

public sealed class ConversionTests
{
    public static TheoryData<string, object?, object?> Conversions => new()
    {
        { "string", "text", "text" },
        { "string", Encoding.UTF8.GetBytes("bytes"), "bytes" },
        { "string", "{\"a\":1}", "{\"a\":1}" },
        { "bytes", "text", Encoding.UTF8.GetBytes("text") },
        { "int", "5", 5 },
        { "bool", "true", true },
        { "guid", "4e23910c-b5b8-44b7-b8a8-5cbabfe08a8d", Guid.Parse("4e23910c-b5b8-44b7-b8a8-5cbabfe08a8d") },
        { "dateTime", "2026-02-03T04:05:06Z", new DateTime(2026, 2, 3, 4, 5, 6, DateTimeKind.Utc) },
        { "nullableDateTime", null, null },
        { "dateTimeOffset", "2026-02-03T04:05:06+01:00", new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.FromHours(1)) },
        { "poco", """{"name":"a","COUNT":2}""", new Poco("a", 2) },
        { "poco", Encoding.UTF8.GetBytes("""{"Name":"a","Count":2}"""), new Poco("a", 2) },
        { "poco", "null", null },
        { "strings", """["a","b"]""", new[] { "a", "b" } },
        { "default", null, 42 },
    };

    [Theory]
    [MemberData(nameof(Conversions))]
    public async Task InvokeAsync_TriggerValue_IsConverted(string function, object? source, object? expected)
    {
        await using var app = LocalApp.Build([typeof(Functions)]);

        Assert.Equal(expected, await app.InvokeAsync(function, new InvocationRequest { TriggerValue = source }));
    }

    [Fact]
    public async Task InvokeAsync_ParameterNamedAsBindingData_GetsItWhateverTheCase()
    {
        await using var app = LocalApp.Build([typeof(Functions)]);
        var data = new Dictionary<string, object?> { ["DequeueCount"] = 3L, ["Id"] = "m1" };

        var result = await app.InvokeAsync("metadata", new InvocationRequest { TriggerValue = "x", BindingData = data });

        Assert.Equal("m1:3:", result);
    }

    [Fact]
    public async Task InvokeAsync_SeveralParametersCannotBind_OneErrorNamesEach()
    {
        await using var app = LocalApp.Build([typeof(Functions)]);
        var data = new Dictionary<string, object?> { ["second"] = "no guid" };

        var exception = await Assert.ThrowsAsync<FunctionInputConverterException>(
            () => app.InvokeAsync("two", new InvocationRequest { TriggerValue = "no int", BindingData = data }));

        Assert.Contains("'first'", exception.Message);
        Assert.Contains("'second'", exception.Message);
    }

    [Fact]
    public async Task InvokeAsync_MissingValueType_IsAnError()
    {
        await using var app = LocalApp.Build([typeof(Functions)]);

        await Assert.ThrowsAsync<FunctionInputConverterException>(() => app.InvokeAsync("int"));
    }

    [Fact]
    public async Task InvokeAsync_ConverterNamedOnParameterOrType_ComesFirst()
    {
        await using var app = LocalApp.Build([typeof(Functions)]);

        Assert.Equal("shouted: X", await app.InvokeAsync("shout", new InvocationRequest { TriggerValue = "x" }));
        Assert.Equal("typed: X", await app.InvokeAsync("typed", new InvocationRequest { TriggerValue = "x" }));
    }

    [Fact]
    public async Task InvokeAsync_ConverterRegisteredByTheApp_IsAsked()
    {
        await using var app = LocalApp.Build(
            [typeof(Functions)],
            builder => builder.Services.Configure<WorkerOptions>(options => options.InputConverters.RegisterAt<ShoutConverter>(0)));

        Assert.Equal("X", await app.InvokeAsync("string", new InvocationRequest { TriggerValue = "x" }));
    }

    public sealed class Functions
    {
        [Function("string")]
        public static string OfString([ProbeTrigger] string input) => input;

        [Function("bytes")]
        public static byte[] OfBytes([ProbeTrigger] byte[] input) => input;

        [Function("int")]
        public static int OfInt([ProbeTrigger] int input) => input;

        [Function("bool")]
        public static bool OfBool([ProbeTrigger] bool input) => input;

        [Function("guid")]
        public static Guid OfGuid([ProbeTrigger] Guid input) => input;

        [Function("dateTime")]
        public static DateTime OfDateTime([ProbeTrigger] DateTime input) => input;

        [Function("nullableDateTime")]
        public static DateTime? OfNullableDateTime([ProbeTrigger] DateTime? input) => input;

        [Function("dateTimeOffset")]
        public static DateTimeOffset OfDateTimeOffset([ProbeTrigger] DateTimeOffset input) => input;

        [Function("poco")]
        public static Poco? OfPoco([ProbeTrigger] Poco? input) => input;

        [Function("strings")]
        public static string[] OfStrings([ProbeTrigger] string[] input) => input;

        [Function("default")]
        public static int OfDefault([ProbeTrigger] int input = 42) => input;

        [Function("metadata")]
        public static string Metadata([ProbeTrigger] string input, string id, long dequeueCount, string? missing) => $"{id}:{dequeueCount}:{missing}";

        [Function("two")]
        public static void Two([ProbeTrigger] int first, Guid second) => _ = $"{first}{second}";

        [Function("shout")]
        public static string Shout([ProbeTrigger, InputConverter(typeof(ShoutConverter))] string input) => $"shouted: {input}";

        [Function("typed")]
        public static string Typed([ProbeTrigger] Loud input) => $"typed: {input.Text}";
    }

    public sealed record Poco(string Name, int Count);

    [InputConverter(typeof(LoudConverter))]
    public sealed record Loud(string Text);

    private sealed class LoudConverter : IInputConverter
    {
        public ValueTask<ConversionResult> ConvertAsync(ConverterContext context) =>
            new(ConversionResult.Success(new Loud(((string)context.Source!).ToUpperInvariant())));
    }

    private sealed class ShoutConverter : IInputConverter
    {
        public ValueTask<ConversionResult> ConvertAsync(ConverterContext context) =>
            new(context.Source is string text ? ConversionResult.Success(text.ToUpperInvariant()) : ConversionResult.Unhandled());
    }
}
