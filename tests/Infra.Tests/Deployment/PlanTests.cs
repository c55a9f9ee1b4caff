using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Infra.Tests.Deployment;

[Collection(SharedDeploymentPlan.Name)]
public sealed partial class PlanTests(DeploymentPlan plan)
{
    [Fact]
    public void Plan_AsAWhole_IsTheApprovedOne()
    {
        var approved = DeploymentPlan.Read(Repository.Read("infra/main.snapshot.json"));

        var same = approved.Resources.SequenceEqual(plan.Resources, new DeepEquality()) && JsonElement.DeepEquals(approved.Outputs, plan.Outputs);

        Assert.True(same, $"The deployment is not that of infra/main.snapshot.json. In infra, run `{DeploymentPlan.Command}` and review the difference.");
    }

    [Fact]
    public void Plan_Anywhere_HoldsNoKey() => Assert.DoesNotMatch(SecretPattern(), plan.Text);

    [Theory]
    [InlineData("[listKeys('account', '2024-01-01').keys[0].value]")]
    [InlineData("DefaultEndpointsProtocol=https;AccountName=a;AccountKey=b")]
    public void SecretPattern_Key_IsFound(string text) => Assert.Matches(SecretPattern(), text);

    [Fact]
    public void Outputs_Names_AreThoseOfNamesAndIds() => Assert.Equal(
        ["functionAppHostName", "functionAppName", "identityClientId", "storageAccountName"],
        plan.Outputs.EnumerateObject().Select(output => output.Name).Order(StringComparer.Ordinal));

    [GeneratedRegex(@"list(Keys|AccountSas|ServiceSas|Secrets)\w*\(|AccountKey=|SharedAccessKey|InstrumentationKey=|[?&]sig=", RegexOptions.IgnoreCase)]
    private static partial Regex SecretPattern();

    private sealed class DeepEquality : IEqualityComparer<JsonElement>
    {
        public bool Equals(JsonElement x, JsonElement y) => JsonElement.DeepEquals(x, y);

        public int GetHashCode(JsonElement element) => (int)element.ValueKind;
    }
}
