using Celerity.Celery;
using Celerity.DeadLetters;
using Celerity.Functions.Settings;
using Celerity.Runs.Purging;
using Celerity.Stages;
using Celerity.Tasks;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Celerity.Functions.Tests.Settings;

public sealed class SettingReportTests
{
    [Theory]
    [InlineData("Celerity:Sending", typeof(SendingOptions))]
    [InlineData("Celerity:Signing", typeof(SigningOptions))]
    [InlineData("Celerity:Worker", typeof(WorkerOptions))]
    [InlineData("Celerity:Stages", typeof(StageOptions))]
    [InlineData("Celerity:Runs", typeof(RunOptions))]
    [InlineData("Celerity:DeadLetters", typeof(DeadLetterOptions))]
    [InlineData("Celerity:Celery", typeof(CeleryOptions))]
    public void Known_HasEachSettingOfTheOptions(string section, Type options) => Assert.Equal(
        options.GetProperties().Where(property => property.SetMethod is not null).Select(property => $"{section}:{property.Name}").Order(StringComparer.Ordinal),
        KnownSettings.All.Select(setting => setting.Key).Where(key => key.StartsWith(section + ':', StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    [Fact]
    public void List_WhatIsSet_IsInForce_AndWhatIsNotHasItsDefault()
    {
        var settings = List(("Celerity:Worker:Concurrency", "7"), ("Celerity:Tasks:a.b:MaxAttempts", "3"));

        Assert.Equal(("7", true), Of(settings, "Celerity:Worker:Concurrency"));
        Assert.Equal(("30", false), Of(settings, "Celerity:DeadLetters:RetentionDays"));
        Assert.Equal(("3", true), Of(settings, "Celerity:Tasks:a.b:MaxAttempts"));
        Assert.Equal("Sets the task a.b.", settings.Single(setting => setting.Key == "Celerity:Tasks:a.b:MaxAttempts").Text);
        Assert.Equal(("none", true), Of(settings, KnownSettings.HostJson + "extensions:queues:messageEncoding"));
    }

    [Theory]
    [InlineData("AzureWebJobsStorage", "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=Zm9v")]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", "InstrumentationKey=s3cret")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "https://user:s3cret@collector")]
    [InlineData("Celerity:Signing:Keys:k1", "s3cret")]
    [InlineData("Celerity:Webhooks:crm:Secret", "whsec_s3cret")]
    [InlineData("Celerity:Webhooks:crm:Url", "https://hooks.example/s3cret")]
    [InlineData("Celerity:Alerts:Receivers:ops:Address", "https://hooks.example/s3cret")]
    [InlineData("Celerity:Schedules:nightly:Payload", "{\"card\":\"s3cret\"}")]
    [InlineData("Celerity:Something:New", "https://elsewhere/?sig=s3cret")]
    public void List_WhatMayBeASecret_IsToldToBeThere_AndNoMore(string key, string value)
    {
        var settings = List((key, value));

        Assert.Equal(("•••", true), Of(settings, key));
        Assert.DoesNotContain(settings, setting => $"{setting}".Contains("s3cret", StringComparison.Ordinal) || $"{setting}".Contains("Zm9v", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Celerity:Signing:KeyId", "k1")]
    [InlineData("Celerity:Tasks:a:RateLimitPerKey", "10/s")]
    [InlineData("Celerity:Tasks:a:ConcurrencyPerKey", "3")]
    public void List_WhatOnlySoundsLikeASecret_IsTold(string key, string value) => Assert.Equal((value, true), Of(List((key, value)), key));

    private static IReadOnlyList<SettingEntry> List(params (string Key, string Value)[] settings) => new SettingReport(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value)))
        .Build()).List();

    private static (string?, bool) Of(IReadOnlyList<SettingEntry> settings, string key)
    {
        var setting = settings.Single(setting => setting.Key == key);
        return (setting.Value, setting.IsSet);
    }
}
