using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>A run that waits for something is started with a key.</summary>
/// <param name="lane">The lane.</param>
/// <param name="form">What it waits for, as <c>FragileSteps</c> knows it.</param>
internal abstract class StepsOperation(RunKillLane lane, string form) : RunOperation(lane)
{
    protected string? Id { get; private set; }

    public override async Task RunAsync() => Id ??= await StartAsync();

    public override async Task<string> DescribeAsync()
    {
        Assert.Equal(Id, Assert.Single(await Lane.ListAsync(Mark)));
        return $"{await Lane.DescribeAsync(Id!)}\n{await Lane.DescribeTasksAsync(Mark)}".Replace(Mark, "", StringComparison.Ordinal);
    }

    protected async Task<string> StartAsync() =>
        Id = await Lane.StartAsync("fragile-steps", new { mark = Mark, form }, $"tag={Mark}&idempotencyKey={Mark}");
}
