namespace Celerity.Costs;

/// <summary>What the cost meter reckons with: <c>Celerity:Cost</c>.</summary>
internal sealed class CostOptions
{
    /// <summary>Gets or sets the currency of all prices: <c>USD</c> unless set otherwise.</summary>
    public string Currency { get; set; } = "USD";

    /// <summary>Gets or sets when the prices were looked up; nothing is reckoned with it.</summary>
    public string PricesOf { get; set; } = "2026-05";

    /// <summary>Gets or sets what else the app costs a month, such as its plan and what it stores, 0 or more: 0 unless set otherwise.</summary>
    public decimal OtherPerMonth { get; set; }

    /// <summary>Gets the prices of requests.</summary>
    public PriceOptions Prices { get; } = new();
}
