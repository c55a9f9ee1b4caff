using Xunit;

namespace Celerity.Cli.Tests.Flights;

public sealed class FlightReferenceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Compute_ASmallFile_GivesTheFiguresWorkedOutByHand()
    {
        var path = _folder["flights.csv"];
        File.WriteAllText(path, """
            date,delay,distance,origin,destination
            2001-01-02T03:04:05,16,300,SEA,ATL
            2001-02-02T03:04:05,15,300,ATL,SEA
            2001-02-03T03:04:05,-4,300,SEA,ATL
            2001-02-03T03:04:05,,300,SEA,ATL
            2001-02-03T03:04:05,1.5,300,SEA,ATL
            2001-02-03T03:04:05,1,300,,ATL
            2001-13-03T03:04:05,1,300,SEA,ATL
            2001-03-01T00:00:00,1,300,AAA,ATL

            """);

        var result = FlightReference.Compute(path, 7);

        Assert.Equal((3, 9.0, 1 / 3.0, 4), (result.Flights, result.MeanDelayMinutes, result.ShareDelayedOver15, result.RejectedRecords));
        Assert.Equal([new AirportResult("ATL", 1, 15, 0, 15), new AirportResult("SEA", 2, 6, 0.5, 16)], result.Airports);
        Assert.Equal([new MonthResult("2001-01", 1, 16), new MonthResult("2001-02", 2, 5.5)], result.Months);
    }
}
