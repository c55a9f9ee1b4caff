using System.Text.Json;
using Xunit;

namespace Infra.Tests.Deployment;

[Collection(SharedDeploymentPlan.Name)]
public sealed class AppTests(DeploymentPlan plan)
{
    [Fact]
    public void Roles_OfTheIdentity_AreTheseFourAndNoMore()
    {
        // learn.microsoft.com/azure/role-based-access-control/built-in-roles
        Dictionary<string, string> expected = new()
        {
            ["b7e6dc6d-f1e8-4753-8033-0f276bb0955b"] = "/storageAccounts/", // Storage Blob Data Owner
            ["974c5e8b-45b9-4653-ba55-5f855dd0fb88"] = "/storageAccounts/", // Storage Queue Data Contributor
            ["0a9a7e1f-b9d0-4cc4-a60d-0349b160aaa3"] = "/storageAccounts/", // Storage Table Data Contributor
            ["3913510d-42f4-4e42-8a64-420c390055eb"] = "/components/", // Monitoring Metrics Publisher
        };

        var assignments = plan.OfType("Microsoft.Authorization/roleAssignments");

        Assert.Equal(expected.Count, assignments.Count);
        Assert.All(assignments, assignment =>
        {
            var properties = assignment.GetProperty("properties");
            var role = properties.GetProperty("roleDefinitionId").GetString()!.Split('/')[^1];
            Assert.Contains(expected[role], assignment.GetProperty("id").GetString()!, StringComparison.Ordinal);
            Assert.Contains("/userAssignedIdentities/", properties.GetProperty("principalId").GetString()!, StringComparison.Ordinal);
            Assert.Equal("ServicePrincipal", properties.GetProperty("principalType").GetString());
        });
    }

    [Fact]
    public void App_Runtime_IsIsolatedDotnetOnFlexConsumption()
    {
        var config = App.GetProperty("properties").GetProperty("functionAppConfig");

        Assert.Equal("FC1", plan.Single("Microsoft.Web/serverfarms").GetProperty("sku").GetProperty("name").GetString());
        Assert.Equal("dotnet-isolated", config.GetProperty("runtime").GetProperty("name").GetString());
        Assert.Equal("10.0", config.GetProperty("runtime").GetProperty("version").GetString());
    }

    [Fact]
    public void App_Transport_IsHttpsWithModernTls()
    {
        var properties = App.GetProperty("properties");
        var site = properties.GetProperty("siteConfig");

        Assert.True(properties.GetProperty("httpsOnly").GetBoolean());
        Assert.Equal("1.2", site.GetProperty("minTlsVersion").GetString());
        Assert.Equal("1.2", site.GetProperty("scmMinTlsVersion").GetString());
        Assert.Equal("Disabled", site.GetProperty("ftpsState").GetString());
    }

    [Fact]
    public void App_Publishing_TakesNoPassword()
    {
        var policies = plan.OfType("Microsoft.Web/sites/basicPublishingCredentialsPolicies");

        Assert.Equal(2, policies.Count);
        Assert.All(policies, policy => Assert.False(policy.GetProperty("properties").GetProperty("allow").GetBoolean()));
    }

    [Fact]
    public void App_Deployment_ReadsItsPackageAsTheIdentity()
    {
        var storage = App.GetProperty("properties").GetProperty("functionAppConfig").GetProperty("deployment").GetProperty("storage");
        var identity = plan.Single("Microsoft.ManagedIdentity/userAssignedIdentities").GetProperty("id").GetString()!;

        Assert.Equal("UserAssignedIdentity", storage.GetProperty("authentication").GetProperty("type").GetString());
        Assert.Equal(identity, storage.GetProperty("authentication").GetProperty("userAssignedIdentityResourceId").GetString());
        Assert.True(App.GetProperty("identity").GetProperty("userAssignedIdentities").TryGetProperty(identity, out _));
    }

    [Fact]
    public void Settings_HostStorage_IsReachedAsTheIdentity()
    {
        var settings = Settings;

        Assert.Equal(
            plan.Single("Microsoft.Storage/storageAccounts").GetProperty("name").GetString(),
            settings.GetProperty("AzureWebJobsStorage__accountName").GetString());
        Assert.Equal("managedidentity", settings.GetProperty("AzureWebJobsStorage__credential").GetString());
        Assert.EndsWith(".clientId]", settings.GetProperty("AzureWebJobsStorage__clientId").GetString()!, StringComparison.Ordinal);
        Assert.False(settings.TryGetProperty("AzureWebJobsStorage", out _));
    }

    [Fact]
    public void Settings_Telemetry_IsSentAsTheIdentity()
    {
        var insights = plan.Single("Microsoft.Insights/components").GetProperty("properties");

        Assert.True(insights.GetProperty("DisableLocalAuth").GetBoolean());
        Assert.Contains("Authorization=AAD", Settings.GetProperty("APPLICATIONINSIGHTS_AUTHENTICATION_STRING").GetString()!, StringComparison.Ordinal);
    }

    private JsonElement App => plan.Single("Microsoft.Web/sites");

    private JsonElement Settings => plan.Single("Microsoft.Web/sites/config").GetProperty("properties");
}
