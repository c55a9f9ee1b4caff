namespace Celerity.Costs;

/// <summary>What the app's requests to its storage account cost.</summary>
/// <param name="Currency">The currency.</param>
/// <param name="PricesOf">When the prices were looked up.</param>
/// <param name="Days">How long was counted, in days: the last one, or less where the history is younger.</param>
/// <param name="Requests">The requests of that time.</param>
/// <param name="RequestsPerThousandTasks">How many of them 1,000 tasks took, in the minutes in which any was seen; <see langword="null"/> where none has ended.</param>
/// <param name="IdleRequestsPerDay">What a day costs in which no task is seen; <see langword="null"/> where too few minutes were such.</param>
/// <param name="PerMonth">What a month like that costs.</param>
/// <param name="ByOperation">The same by operation, the dearest first.</param>
/// <param name="Notes">What is not in it, and what it rests on.</param>
internal sealed record CostView(
    string Currency,
    string PricesOf,
    double Days,
    long Requests,
    double? RequestsPerThousandTasks,
    double? IdleRequestsPerDay,
    MonthCost PerMonth,
    IReadOnlyList<OperationCost> ByOperation,
    IReadOnlyList<string> Notes);
