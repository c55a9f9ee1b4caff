namespace Celerity.Benchmarks;

/// <summary>What the dashboard benchmark measured.</summary>
/// <param name="Tasks">How many tasks were in store.</param>
/// <param name="Views">Each view.</param>
/// <param name="Memory">The browser's memory over minutes of live updates.</param>
internal sealed record DashboardFigures(int Tasks, IReadOnlyList<ViewFigure> Views, BrowserMemory Memory)
{
    public const double SecondsLimit = 1;
    public const double GrowthLimit = 1.2;

    public bool IsFast => Views.All(view => view.PaintSeconds <= SecondsLimit);

    public bool IsFlat => Memory.Growth <= GrowthLimit;
}

/// <summary>A view, opened in a browser that has nothing of it: medians.</summary>
/// <param name="Name">Its name.</param>
/// <param name="PaintSeconds">Until the browser has painted something.</param>
/// <param name="DataSeconds">Until all that the view asks for is there.</param>
internal sealed record ViewFigure(string Name, double PaintSeconds, double DataSeconds);

/// <summary>What the page's script holds, right after a collection, once a minute.</summary>
/// <param name="Megabytes">From the first minute to the last.</param>
internal sealed record BrowserMemory(IReadOnlyList<double> Megabytes)
{
    public double Growth => Megabytes[^1] / Megabytes[0];
}
