namespace Celerity.Costs;

/// <summary>What a month costs.</summary>
/// <param name="Storage">The requests to the storage account.</param>
/// <param name="Total">The same with <see cref="CostOptions.OtherPerMonth"/>.</param>
internal sealed record MonthCost(decimal Storage, decimal Total);
