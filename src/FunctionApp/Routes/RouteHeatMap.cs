using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace FunctionApp.Routes;

/// <summary>Draws the busiest routes as SVG: a row each, how late they were by month as a heat map, and how many flights as a bar. Light or dark as the reader likes.</summary>
public static class RouteHeatMap
{
    private const double Width = 960;
    private const double Margin = 32;
    private const double LabelWidth = 112;
    private const double BarWidth = 190;
    private const double BarGap = 28;
    private const double Top = 132;
    private const double RowHeight = 30;
    private const double Foot = 72;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    // Minutes of mean delay, and the colour from there on; each with the ink that reads on it.
    private static readonly (double From, string Fill, string Ink)[] Steps =
    [
        (double.NegativeInfinity, "#2f7f86", "#ffffff"), (0, "#6fb3a8", "#0d2b2a"), (4, "#c9dfc3", "#1d2b1c"), (8, "#f6e3a1", "#3a2e05"),
        (12, "#f4b368", "#3d2003"), (16, "#e07b4c", "#2b0d02"), (24, "#b8442f", "#ffffff"), (36, "#7d1f2b", "#ffffff"),
    ];

    private static readonly string Style = """
        svg { --paper: #fbfaf7; --ink: #23272e; --soft: #6b7280; --line: #e4e1d8; --bar: #46627f; --none: #edeae2;
              font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
        @media (prefers-color-scheme: dark) {
          svg { --paper: #14171c; --ink: #e8eaee; --soft: #98a1ae; --line: #2a2f38; --bar: #7ea2c8; --none: #20252d; } }
        .paper { fill: var(--paper); } .line { stroke: var(--line); } .bar { fill: var(--bar); } .none { fill: var(--none); }
        text { fill: var(--ink); font-size: 13px; } .title { font-size: 24px; font-weight: 650; letter-spacing: -0.01em; }
        .soft { fill: var(--soft); } .small { font-size: 11.5px; } .code { font-weight: 600; font-variant-numeric: tabular-nums; letter-spacing: 0.02em; }
        .number { font-variant-numeric: tabular-nums; } .end { text-anchor: end; } .middle { text-anchor: middle; }

        """ + string.Concat(Steps.Select((step, index) => $".s{index} {{ fill: {step.Fill}; }} .i{index} {{ fill: {step.Ink}; font-size: 12px; }}\n"));

    /// <summary>Draws them.</summary>
    public static string Draw(RouteSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        var height = Top + (Math.Max(1, summary.Routes.Count) * RowHeight) + Foot;
        var picture = new XElement(
            Svg + "svg",
            new XAttribute("viewBox", $"0 0 {Text(Width)} {Text(height)}"),
            new XAttribute("role", "img"),
            new XAttribute("aria-label", $"Mean delay of the {summary.Routes.Count} busiest routes by month"),
            new XElement(Svg + "style", Style),
            Box("paper", 0, 0, Width, height, 0),
            Label("title", Margin, 50, "Where flights run late"),
            Label("soft", Margin, 74, string.Create(
                CultureInfo.InvariantCulture, $"Mean delay in minutes on the {summary.Routes.Count} busiest routes, by month, of {summary.Flights:N0} flights")));
        if (summary.Routes.Count == 0)
        {
            picture.Add(Label("soft", Margin, Top + 20, "There are no flights."));
        }
        else
        {
            picture.Add(Heads(summary), summary.Routes.Select((route, row) => Row(summary, route, Top + (row * RowHeight))), Legend(height - 46));
        }

        return picture.ToString(SaveOptions.DisableFormatting);
    }

    private static double MonthsWidth => Width - (2 * Margin) - LabelWidth - BarGap - BarWidth;

    private static double BarsAt => Width - Margin - BarWidth;

    private static IEnumerable<XElement> Heads(RouteSummary summary)
    {
        var cell = MonthsWidth / summary.Months.Count;
        foreach (var (index, month) in summary.Months.Index())
        {
            yield return Label("soft small middle", Margin + LabelWidth + ((index + 0.5) * cell), Top - 12, NameOf(month));
        }

        yield return Label("soft small", BarsAt, Top - 12, "Flights");
        yield return new XElement(
            Svg + "line", new XAttribute("class", "line"), At("x1", Margin), At("x2", Width - Margin), At("y1", Top - 4), At("y2", Top - 4));
    }

    private static IEnumerable<XElement> Row(RouteSummary summary, RouteDelays route, double y)
    {
        var cell = MonthsWidth / summary.Months.Count;
        yield return Label("code", Margin, y + 20, $"{route.Origin} \u2192 {route.Destination}");
        foreach (var (index, delay) in route.Monthly.Index())
        {
            var x = Margin + LabelWidth + (index * cell);
            var step = delay is { } minutes ? Array.FindLastIndex(Steps, step => minutes >= step.From) : -1;
            yield return Box(step < 0 ? "none" : $"s{step}", x + 1.5, y + 1.5, cell - 3, RowHeight - 3, 4);
            if (delay is { } mean)
            {
                yield return Label($"number middle i{step}", x + (cell / 2), y + 20, MinutesOf(mean));
            }
        }

        // The longest bar leaves room for its number.
        const double NumberWidth = 56;
        var length = Math.Max(2, (BarWidth - NumberWidth) * route.Flights / summary.Routes[0].Flights);
        yield return Box("bar", BarsAt, y + 9, length, RowHeight - 18, 3);
        yield return Label("soft small number", BarsAt + length + 8, y + 19.5, route.Flights.ToString("N0", CultureInfo.InvariantCulture));
    }

    private static IEnumerable<XElement> Legend(double y)
    {
        const double StepWidth = 54;
        foreach (var (index, step) in Steps.Index())
        {
            var x = Margin + LabelWidth + (index * StepWidth);
            yield return Box($"s{index}", x, y, StepWidth - 2, 8, 2);
            yield return Label("soft small", x, y + 22, index == 0 ? "early" : $"{Text(step.From)}{(index == Steps.Length - 1 ? "+" : "")}");
        }

        yield return Label("soft small", Margin, y + 8, "Minutes");
    }

    // Nought has no sign.
    private static string MinutesOf(double mean) =>
        (Math.Round(mean, Math.Abs(mean) < 9.95 ? 1 : 0) + 0.0).ToString(Math.Abs(mean) < 9.95 ? "0.0" : "0", CultureInfo.InvariantCulture);

    private static string NameOf(string month) =>
        DateOnly.TryParseExact(month + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first)
            ? first.ToString("MMM yyyy", CultureInfo.InvariantCulture)
            : month;

    private static XElement Box(string style, double x, double y, double width, double height, double radius) => new(
        Svg + "rect", new XAttribute("class", style), At("x", x), At("y", y), At("width", width), At("height", height), At("rx", radius));

    private static XElement Label(string style, double x, double y, string text) => new(
        Svg + "text", new XAttribute("class", style), At("x", x), At("y", y), string.Concat(text.Select(sign => XmlConvert.IsXmlChar(sign) ? sign : '\uFFFD')));

    private static XAttribute At(string name, double value) => new(name, Text(value));

    private static string Text(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
