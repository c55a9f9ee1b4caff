using Celerity.LocalRuntime.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Hosting;

public sealed class StartFailureTests
{
    [Fact]
    public void LineFor_SettingsOfTheApp_IsOneLine()
    {
        var validation = new OptionsValidationException("name", typeof(object), ["A is 5;\nat most 4."]);

        Assert.Equal("The app cannot start: mend it", StartFailure.LineFor(new LocalStartException("mend it")));
        Assert.Equal("The app cannot start: A is 5; at most 4.", StartFailure.LineFor(new AggregateException(validation)));
    }

    [Fact]
    public void LineFor_ABug_IsLeftToCrash() => Assert.Null(StartFailure.LineFor(new InvalidOperationException()));
}
