using Celerity.History;
using Microsoft.Extensions.Options;

namespace Celerity.Costs;

/// <summary>Reckons from the history what the app's requests to its storage account cost.</summary>
internal sealed class CostMeter(HistoryStore history, IOptions<HistoryOptions> historyOptions, IOptions<CostOptions> options, TimeProvider time)
{
    /// <summary>How many minutes without a task it takes to say what a day without any costs.</summary>
    public const int LeastIdleMinutes = 10;

    private const double DaysPerMonth = 365.25 / 12;
    private const double Minute = 1.0 / 1440;
    private const int PriceUnit = 10_000;

    /// <summary>Reckons over the last day: a request, and another for each thousand minutes of processes that are not yet added up to hours.</summary>
    public async ValueTask<CostView> MeasureAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var hours = await history.ReadAsync(now.AddDays(-1), now, HistoryStep.Hour, cancellationToken).ConfigureAwait(false);
        var sum = new HistoryTally();
        foreach (var hour in hours)
        {
            sum.AddLater(hour.Tally);
        }

        return Reckon(sum, hours.Count > 0 ? Math.Max(Minute, (now - hours[0].At).TotalDays) : 0);
    }

    private CostView Reckon(HistoryTally sum, double days)
    {
        var prices = options.Value.Prices;
        var months = (decimal)(days / DaysPerMonth);
        var operations = sum.Requests
            .Select(request =>
            {
                var (service, operation) = request.Key.Split(' ') is [var first, var second] ? (first, second) : (request.Key, "");
                return new OperationCost(service, operation, request.Value, Round(request.Value * prices.Of(service, operation) / PriceUnit / months));
            })
            .OrderByDescending(operation => operation.PerMonth)
            .ThenByDescending(operation => operation.Requests)
            .ToList();
        var (requests, idleRequests) = (sum.Requests.Values.Sum(), sum.IdleRequests.Values.Sum());
        var ended = sum.Tasks.Values.Sum(task => task.Succeeded + task.DeadLettered + task.Revoked + task.Expired + task.Discarded)
            + sum.Stages.Values.Sum(stage => stage.Succeeded + stage.DeadLettered);
        var storage = operations.Sum(operation => operation.PerMonth);
        return new CostView(
            options.Value.Currency,
            options.Value.PricesOf,
            Math.Round(days, 3),
            requests,
            ended > 0 ? Math.Round(1000.0 * (requests - idleRequests) / ended, 1) : null,
            sum.IdleMinutes >= LeastIdleMinutes ? Math.Round(idleRequests / Minute / sum.IdleMinutes) : null,
            new MonthCost(storage, storage + options.Value.OtherPerMonth),
            operations,
            [.. NotesOn(sum, days)]);
    }

    private IEnumerable<string> NotesOn(HistoryTally sum, double days)
    {
        yield return "Requests of the Functions host (polling of queues, leases) and of Durable Functions are not among these: they are made elsewhere.";
        yield return "Neither are stored data, traffic and computing; Celerity:Cost:OtherPerMonth adds what you know of them.";
        yield return $"Prices are list prices of {options.Value.PricesOf}; set yours under Celerity:Cost:Prices.";
        if (!historyOptions.Value.Enabled)
        {
            yield return "The history is switched off (Celerity:History:Enabled): nothing is counted.";
        }
        else if (days < 1)
        {
            yield return "The history is younger than a day: what a month costs is reckoned from less.";
        }

        if (sum.IdleMinutes < LeastIdleMinutes)
        {
            yield return $"In {sum.IdleMinutes} minutes no task was seen: too few to say what a day without any costs; it takes {LeastIdleMinutes}.";
        }
    }

    private static decimal Round(decimal money) => Math.Round(money, 6);
}
