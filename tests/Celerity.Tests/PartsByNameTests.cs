using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Celerity.Tests;

public sealed class PartsByNameTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly HashSet<string> _inUse = [];
    private readonly PartsByName<Part> _parts;

    public PartsByNameTests() => _parts = new PartsByName<Part>(name => new Part(name), part => _inUse.Contains(part.Name), _time);

    [Fact]
    public void Get_SameName_IsTheSamePart() => Assert.Same(_parts.Get("a"), _parts.Get("a"));

    [Fact]
    public void Get_AmongVeryMany_ThoseThatNobodyAskedForInAMinuteGo()
    {
        var (idle, inUse, asked) = (_parts.Get("idle"), _parts.Get("in use"), _parts.Get("asked"));
        _inUse.Add("in use");
        Fill();
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Same(asked, _parts.Get("asked"));
        _time.Advance(TimeSpan.FromSeconds(1));
        _ = _parts.Get("one more");

        Assert.Same(asked, _parts.Get("asked"));
        Assert.Same(inUse, _parts.Get("in use"));
        Assert.NotSame(idle, _parts.Get("idle"));
    }

    [Fact]
    public void Get_AmongVeryMany_OneThatWasJustMadeStays()
    {
        Fill();
        _time.Advance(TimeSpan.FromHours(1));
        var made = _parts.Get("new");
        _ = _parts.Get("another");

        Assert.Same(made, _parts.Get("new"));
    }

    private void Fill()
    {
        for (var at = 0; at < 10_000; at++)
        {
            _ = _parts.Get($"{at}");
        }
    }

    private sealed record Part(string Name);
}
