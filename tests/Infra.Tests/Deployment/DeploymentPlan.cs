using System.Text.Json;
using Xunit;

namespace Infra.Tests.Deployment;

[CollectionDefinition(Name)]
public sealed class SharedDeploymentPlan : ICollectionFixture<DeploymentPlan>
{
    public const string Name = "The deployment plan";
}

/// <summary>What a deployment of <c>main.bicepparam</c> would create, as the compiler works it out: loops unrolled, names final.</summary>
public sealed class DeploymentPlan : IAsyncLifetime
{
    private static readonly string[] Arguments =
    [
        "snapshot", "main.bicepparam", "--mode", "overwrite",
        "--tenant-id", "00000000-0000-0000-0000-000000000001", "--subscription-id", "00000000-0000-0000-0000-000000000002",
        "--resource-group", "celerity", "--location", "westeurope", "--deployment-name", "celerity",
    ];

    internal static string Command => $"bicep {string.Join(' ', Arguments)}";

    internal string Text { get; private set; } = "";

    internal JsonElement Outputs { get; private set; }

    /// <summary>Gets the resources by id: their order, as that of the outputs, is not the compiler's promise.</summary>
    internal IReadOnlyList<JsonElement> Resources { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        Text = await WorkOutAsync(parameters => parameters);
        (Resources, Outputs) = Read(Text);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Works out what would be created with other parameters than those of <c>main.bicepparam</c>.</summary>
    internal static async Task<string> WorkOutAsync(Func<string, string> change)
    {
        var infra = Bicep.CopyOfInfra();
        try
        {
            var parameters = Path.Combine(infra.FullName, "main.bicepparam");
            await File.WriteAllTextAsync(parameters, change(await File.ReadAllTextAsync(parameters, TestContext.Current.CancellationToken)), TestContext.Current.CancellationToken);
            var result = await Bicep.RunAsync(infra.FullName, Arguments);
            Assert.True(result.ExitCode == 0, result.Errors);
            return await File.ReadAllTextAsync(Path.Combine(infra.FullName, "main.snapshot.json"), TestContext.Current.CancellationToken);
        }
        finally
        {
            infra.Delete(recursive: true);
        }
    }

    internal static (IReadOnlyList<JsonElement> Resources, JsonElement Outputs) Read(string snapshot)
    {
        var plan = JsonDocument.Parse(snapshot).RootElement;
        var resources = plan.GetProperty("predictedResources").EnumerateArray()
            .OrderBy(resource => resource.GetProperty("id").GetString(), StringComparer.Ordinal);
        return ([.. resources], plan.GetProperty("outputs"));
    }

    internal IReadOnlyList<JsonElement> OfType(string type) =>
        [.. Resources.Where(resource => resource.GetProperty("type").GetString() == type)];

    internal JsonElement Single(string type) => Assert.Single(OfType(type));

    /// <summary>Returns the last part of the name of each resource of a type, sorted.</summary>
    internal IEnumerable<string> Names(string type) =>
        OfType(type).Select(resource => resource.GetProperty("name").GetString()!.Split('/')[^1]).Order(StringComparer.Ordinal);
}
