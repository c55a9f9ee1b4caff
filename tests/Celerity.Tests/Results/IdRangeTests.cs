using Celerity.Tasks.Results;
using Celerity.Tasks.Sending;
using Xunit;

namespace Celerity.Tests.Results;

public sealed class IdRangeTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 23, 30, 0, 123, TimeSpan.Zero);

    [Fact]
    public void FindEnd_OfAnId_IsJustBehindIt()
    {
        for (var at = 0; at < 1000; at++)
        {
            var id = TaskIds.New(Now).ToString();
            var end = IdRange.FindEnd(id)!.Value;

            Assert.True(string.CompareOrdinal(IdRange.FirstIdAt(end), id) > 0);
            Assert.True(string.CompareOrdinal(IdRange.FirstIdAt(end - 1), id) <= 0);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4096)]
    public void FindEnd_OfAPlace_IsThatPlace(long offset)
    {
        var place = IdRange.PlaceAt(Now) + offset;

        Assert.Equal(place, IdRange.FindEnd(IdRange.FirstIdAt(place)));
        Assert.Equal(Now.Hour, IdRange.HourOf(place).Hour);
        Assert.True(string.CompareOrdinal(IdRange.FirstIdAt(place), IdRange.FirstIdAt(place + 1)) < 0);
    }

    [Theory]
    [InlineData("019ac7f0-1c7b-4fff-8000-000000000001")]
    [InlineData("019ac7f0-1c7b-9fff-8000-000000000001")]
    [InlineData("019ac7f0-1c7b-7zzz-8000-000000000001")]
    [InlineData("019ac7f0-1c7b-7")]
    public void FindEnd_OfWhatIsNoIdOfOurs_LeavesNothingBeforeItOut(string cursor) =>
        Assert.True(string.CompareOrdinal(IdRange.FirstIdAt(IdRange.FindEnd(cursor)!.Value), cursor) >= 0);

    [Theory]
    [InlineData("nonsense")]
    [InlineData("0198C2F1-2B3C")]
    public void FindEnd_OfNoTime_IsNothing(string cursor) => Assert.Null(IdRange.FindEnd(cursor));
}
