using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Logging;
using Celerity.LocalRuntime.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Logging;

public sealed class LineLoggerTests
{
    [Fact]
    public void Log_MessageAndExceptionOfSeveralLines_IsOneLine()
    {
        using var output = new StringWriter();
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 5, 1, 10, 2, 3, 4, TimeSpan.Zero));
        var logger = new LineLogger("Some.Category", LogLevel.Information, time, output);

        logger.Log(LogLevel.Warning, default, "first\nsecond", new InvalidDataException("broken\r\nbadly"), (state, _) => state);

        Assert.Equal(
            "2026-05-01T10:02:03.004Z warn Some.Category: first | second System.IO.InvalidDataException: broken | badly" + Environment.NewLine,
            output.ToString());
    }

    [Fact]
    public void Log_StartFailureOrBelowTheLevel_IsNotPrinted()
    {
        using var output = new StringWriter();
        var logger = new LineLogger("c", LogLevel.Warning, TimeProvider.System, output);

        logger.Log(LogLevel.Information, default, "quiet", null, (state, _) => state);
        logger.Log(LogLevel.Error, default, "told elsewhere", new LocalStartException("x"), (state, _) => state);

        Assert.Empty(output.ToString());
    }

    [Theory]
    [InlineData("Other", LogLevel.Information)]
    [InlineData("Function.A", LogLevel.Warning)]
    [InlineData("Function.A.User", LogLevel.Debug)]
    [InlineData("Microsoft.AspNetCore.Routing", LogLevel.Warning)]
    public void For_Category_TakesTheLongestPrefixOfHostJson(string category, LogLevel expected)
    {
        var levels = new LogLevels(Host(("Function", "Warning"), ("Function.A.User", "debug")));

        Assert.Equal(expected, levels.For(category));
    }

    [Fact]
    public void LogLevels_NoLevel_SaysWhich()
    {
        var exception = Assert.Throws<LocalStartException>(() => new LogLevels(Host(("Function", "loud"))));

        Assert.Contains("\"loud\" of \"Function\"", exception.Message);
    }

    private static HostConfiguration Host(params (string Category, string Level)[] levels) =>
        HostConfiguration.Load(path: null, new ConfigurationBuilder()
            .AddInMemoryCollection(levels.Select(level =>
                KeyValuePair.Create($"AzureFunctionsJobHost:logging:logLevel:{level.Category}", (string?)level.Level)))
            .Build());
}
