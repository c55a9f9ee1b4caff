using Celerity.Storage;
using Xunit;

namespace Infra.Tests.Deployment;

[Collection(SharedDeploymentPlan.Name)]
public sealed class StorageTests(DeploymentPlan plan)
{
    private const string Account = "Microsoft.Storage/storageAccounts";

    [Fact]
    public void Queues_Names_AreThoseOfTheProduct() =>
        Assert.Equal(StorageNames.Queues.Order(StringComparer.Ordinal), plan.Names($"{Account}/queueServices/queues"));

    [Fact]
    public void Queues_EachWorkQueue_HasHeldAndPoison()
    {
        var names = plan.Names($"{Account}/queueServices/queues").ToHashSet();

        Assert.All(StorageNames.WorkQueues, queue => Assert.Superset(new HashSet<string> { queue, $"{queue}-held", $"{queue}-poison" }, names));
    }

    [Fact]
    public void Tables_Names_AreThoseOfTheProduct() =>
        Assert.Equal(StorageNames.Tables.Order(StringComparer.Ordinal), plan.Names($"{Account}/tableServices/tables"));

    [Fact]
    public void Containers_Names_AreThoseOfTheProductAndTwoOfTheDeployment() => Assert.Equal(
        StorageNames.Containers.Concat(["datasets", "deployments"]).Order(StringComparer.Ordinal),
        plan.Names($"{Account}/blobServices/containers"));

    [Fact]
    public void Containers_Access_IsNeverPublic() => Assert.All(
        plan.OfType($"{Account}/blobServices/containers"),
        container => Assert.Equal("None", container.GetProperty("properties").GetProperty("publicAccess").GetString()));

    [Fact]
    public void Account_Access_IsByIdentityOverTls()
    {
        var properties = plan.Single(Account).GetProperty("properties");

        Assert.False(properties.GetProperty("allowSharedKeyAccess").GetBoolean());
        Assert.False(properties.GetProperty("allowBlobPublicAccess").GetBoolean());
        Assert.False(properties.GetProperty("allowCrossTenantReplication").GetBoolean());
        Assert.True(properties.GetProperty("supportsHttpsTrafficOnly").GetBoolean());
        Assert.Equal("TLS1_2", properties.GetProperty("minimumTlsVersion").GetString());
    }

    [Fact]
    public void Lifecycle_EveryContainerOfTheProduct_Expires()
    {
        var rules = plan.Single($"{Account}/managementPolicies").GetProperty("properties").GetProperty("policy").GetProperty("rules");

        var prefixes = rules.EnumerateArray()
            .Where(rule => rule.GetProperty("enabled").GetBoolean())
            .Select(rule => rule.GetProperty("definition"))
            .Where(definition => definition.GetProperty("actions").GetProperty("baseBlob").TryGetProperty("delete", out _))
            .SelectMany(definition => definition.GetProperty("filters").GetProperty("prefixMatch").EnumerateArray())
            .Select(prefix => prefix.GetString()!.TrimEnd('/'));

        Assert.Equal(StorageNames.Containers.Order(StringComparer.Ordinal), prefixes.Order(StringComparer.Ordinal));
    }
}
