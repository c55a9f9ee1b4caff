using Celerity.Tasks;
using Xunit;

namespace Celerity.Tests.Tasks;

public sealed class LiveSettingTextsTests
{
    [Fact]
    public void Of_HasEachSettingThatCanBeChanged_AsItCanBeSet()
    {
        var options = new CelerityTaskOptions("celerity-default")
        {
            MaxAttempts = 7,
            Backoff = TimeSpan.FromSeconds(2),
            MaxBackoff = TimeSpan.FromMinutes(3),
            MaxElapsed = TimeSpan.FromDays(2),
            SoftTimeLimit = TimeSpan.FromSeconds(20),
            TimeLimit = TimeSpan.FromSeconds(30.5),
            ResultTtl = TimeSpan.FromDays(1),
            BatchSize = 1,
            BatchWait = TimeSpan.FromSeconds(1),
            RateLimit = "100/m burst 5",
            RateLimitPerKey = "10/s",
            RateCost = 2,
            Concurrency = 4,
            ConcurrencyPerKey = 3,
        };
        var settings = TaskSettings.From("live", options);
        var texts = LiveSettingTexts.Of(settings);

        var again = new CelerityTaskOptions("celerity-default") { ResultTtl = options.ResultTtl, BatchSize = 1, BatchWait = options.BatchWait };
        TaskOptionsSource.ApplyLive("live", texts.ToDictionary(text => text.Name, text => text.Text), again);

        Assert.Equal(TaskOptionsSource.Live.Order(StringComparer.Ordinal), texts.Select(text => text.Name).Order(StringComparer.Ordinal));
        Assert.Equal(texts, LiveSettingTexts.Of(TaskSettings.From("live", again)));
    }

    [Fact]
    public void Of_WhatIsNotLimited_CanBeSetToo()
    {
        var options = new CelerityTaskOptions("celerity-default") { MaxAttempts = 1, Backoff = TimeSpan.FromSeconds(1), MaxBackoff = TimeSpan.FromSeconds(1), TimeLimit = TimeSpan.FromSeconds(1), ResultTtl = TimeSpan.FromDays(1), BatchSize = 1, BatchWait = TimeSpan.FromSeconds(1) };
        var texts = LiveSettingTexts.Of(TaskSettings.From("live", options));

        TaskOptionsSource.ApplyLive("live", texts.ToDictionary(text => text.Name, text => text.Text), options);

        Assert.Equal(texts, LiveSettingTexts.Of(TaskSettings.From("live", options)));
    }
}
