using System.Globalization;
using System.Text.Json;
using Celerity.Cli.Api;
using static Celerity.Cli.Api.Answers;

namespace Celerity.Cli.Costs;

/// <summary><c>celerity cost</c>: what the app's requests to its storage account cost.</summary>
internal sealed class CostCommand : AppCommand
{
    public CostCommand(Surroundings around)
        : this(new AppOptions(), around)
    {
    }

    private CostCommand(AppOptions app, Surroundings around)
        : base("cost", "What the app's requests to its storage account cost a month, reckoned from the last day.", app, around)
    {
        app.AddTo(this);
        SetAction((parsed, cancellationToken) => ShowAsync(parsed, "cost", Show, cancellationToken));
    }

    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; } =
    [
        ("celerity cost", "by operation, the dearest first"),
        ("celerity cost --json | jq .perMonth.storage", "the sum alone"),
    ];

    private static void Show(JsonElement cost, Page page)
    {
        var (currency, month) = (Text(cost, "currency"), cost.GetProperty("perMonth"));
        page.Line($"{Money(month.GetProperty("storage"))} {currency} a month for requests to the storage account");
        if (month.GetProperty("total").GetDecimal() != month.GetProperty("storage").GetDecimal())
        {
            page.Line($"{Money(month.GetProperty("total"))} {currency} a month with what is set for the rest");
        }

        page.Line($"{Count(cost, "requests")} requests in {Count(cost, "days")} days");
        page.Line($"{Count(cost, "requestsPerThousandTasks")} requests for 1,000 tasks");
        page.Line($"{Count(cost, "idleRequestsPerDay")} requests a day without any task");
        foreach (var operation in cost.GetProperty("byOperation").EnumerateArray())
        {
            page.Line($"{Text(operation, "service"),-6} {Text(operation, "operation"),-15} {Count(operation, "requests"),12} {Money(operation.GetProperty("perMonth")),12}");
        }

        foreach (var note in cost.GetProperty("notes").EnumerateArray())
        {
            page.Whole(SafeText.Line(note.GetString()));
        }
    }

    private static string Money(JsonElement money) => money.GetDecimal().ToString("N4", CultureInfo.InvariantCulture);

    private static string Count(JsonElement json, string name) =>
        json.TryGetProperty(name, out var number) ? number.GetDouble().ToString("#,0.###", CultureInfo.InvariantCulture) : "not yet known:";
}
