namespace Celerity.Costs;

/// <summary>What one kind of request costs.</summary>
/// <param name="Service"><c>blob</c>, <c>queue</c> or <c>table</c>.</param>
/// <param name="Operation">What it does.</param>
/// <param name="Requests">How many there were.</param>
/// <param name="PerMonth">What they cost a month.</param>
internal sealed record OperationCost(string Service, string Operation, long Requests, decimal PerMonth);
