using Xunit;

namespace Celerity.Dashboard.Tests.App;

/// <summary>The tests share one app and one browser, and run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class SharedBench : ICollectionFixture<DashboardBench>
{
    public const string Name = "dashboard";
}
