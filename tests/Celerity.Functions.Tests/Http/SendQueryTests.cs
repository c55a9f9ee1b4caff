using Celerity.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Xunit;

namespace Celerity.Functions.Tests.Http;

/// <summary>Flags of a send as query parameters.</summary>
public sealed class SendQueryTests
{
    [Theory]
    [InlineData("skipCache", "true", true)]
    [InlineData("SkipCache", "True", true)]
    [InlineData("skipCache", "false", false)]
    [InlineData("correlationId", "true", false)]
    public void Read_Flag_IsTaken(string name, string value, bool isSet) =>
        Assert.Equal(isSet, SendQuery.Read(new QueryCollection(new Dictionary<string, StringValues> { [name] = value })).SkipCache);

    [Fact]
    public void Read_FlagThatIsNone_IsRefused()
    {
        var exception = Assert.Throws<CelerityException>(() => SendQuery.Read(new QueryCollection(new Dictionary<string, StringValues> { ["skipCache"] = "yes" })));

        Assert.StartsWith("CEL0208: The options cannot be read at 'skipCache'", exception.Message, StringComparison.Ordinal);
    }
}
