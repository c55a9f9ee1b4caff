using Celerity.Functions.Hosting;
using Celerity.Webhooks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Functions.Tests.Hosting;

/// <summary>Webhooks from configuration.</summary>
public sealed class WebhookSettingsTests
{
    private const string Secret = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    [Fact]
    public void Bind_AllSettings_AreTaken()
    {
        var webhook = Bind(
            ("Url", "http://localhost:1/in"),
            ("Secret", Secret),
            ("Events:0", "deadLettered"),
            ("Tasks:0", "invoices.*"),
            ("Timeout", "00:00:05"),
            ("AllowLoopback", "true"),
            ("AllowPrivateNetworks", "true"))!;

        Assert.Equal((TimeSpan.FromSeconds(5), true, true), (webhook.Timeout, webhook.AllowLoopback, webhook.AllowPrivateNetworks));
        Assert.True(webhook.Wants(TaskEventKind.DeadLettered, "invoices.render"));
        Assert.False(webhook.Wants(TaskEventKind.Succeeded, "invoices.render"));
        Assert.False(webhook.Wants(TaskEventKind.DeadLettered, "orders.ship"));
    }

    [Theory]
    [InlineData("Event", "succeeded", "CEL0308: Celerity:Webhooks:audit:Event is no setting of a webhook. There are Url, Secret, Events,")]
    [InlineData("Events:0", "suceeded", "CEL0308: Celerity:Webhooks:audit:Events:0 cannot be read. Lists are written as Events:0, Events:1, of BeforePublish,")]
    [InlineData("Events", "succeeded", "CEL0308: Celerity:Webhooks:audit:Events cannot be read. Lists are written as Events:0,")]
    [InlineData("Timeout", "soon", "CEL0308: Celerity:Webhooks:audit:Timeout cannot be read.")]
    [InlineData("Url", "https://user:word@hooks.example", "CEL0240: The webhook 'audit' has a Url that cannot be used")]
    [InlineData("Url", "not one", "CEL0240: The webhook 'audit' has a Url that cannot be used")]
    [InlineData("Secret", "word", "CEL0240: The webhook 'audit' has a Secret that cannot be used")]
    public void Bind_WrongSetting_IsNamedWithoutWhatWasFound(string setting, string value, string message)
    {
        var exception = Assert.Throws<CelerityException>(() => Bind(("Url", "https://hooks.example"), ("Secret", Secret), (setting, value)));

        Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("word", exception.Message, StringComparison.Ordinal);
    }

    private static Webhook? Bind(params (string Setting, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.DistinctBy(setting => setting.Setting, StringComparer.Ordinal).ToDictionary(
                setting => $"Celerity:Webhooks:audit:{setting.Setting}", setting => (string?)settings.Last(last => last.Setting == setting.Setting).Value))
            .Build();
        var services = new ServiceCollection();
        WebhookSettings.Bind(configuration, services);
        return services.BuildServiceProvider().GetRequiredService<WebhookList>().Find("audit");
    }
}
