using Celerity.Alerts;
using Celerity.Functions.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Functions.Tests.Hosting;

/// <summary>Alert rules and receivers from configuration.</summary>
public sealed class AlertSettingsTests
{
    private const string Secret = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    [Fact]
    public void Bind_Nothing_LeavesTheRulesAsTheyShip()
    {
        var services = Bind();

        Assert.Equal(DefaultAlertRules.All, services.GetRequiredService<AlertRules>().All);
        Assert.True(services.GetRequiredService<AlertReceivers>().IsEmpty);
    }

    [Fact]
    public void Bind_AllSettings_AreTaken()
    {
        var services = Bind(
            ("Rules:tasksdie:Threshold", "0.2"),
            ("Rules:tasksdie:ClearBelow", "0.1"),
            ("Rules:tasksdie:ForMinutes", "3"),
            ("Rules:tasksdie:Severity", "warning"),
            ("Rules:RunStalls:Enabled", "false"),
            ("Receivers:ops:Address", "http://localhost:1/in"),
            ("Receivers:ops:Secret", Secret),
            ("Receivers:ops:MinSeverity", "critical"),
            ("Receivers:ops:Timeout", "00:00:05"),
            ("Receivers:ops:AllowLoopback", "true"),
            ("Receivers:ops:AllowPrivateNetworks", "true"),
            ("Receivers:chat:Address", "https://hooks.slack.example/services/x"),
            ("Receivers:chat:Kind", "slack"));

        var rule = services.GetRequiredService<AlertRules>().Find("TasksDie")!;
        Assert.Equal((0.2, 0.1, 3, AlertSeverity.Warning, true), (rule.Threshold, rule.ClearAt, rule.ForMinutes, rule.Severity, rule.IsEnabled));
        Assert.False(services.GetRequiredService<AlertRules>().Find("RunStalls")!.IsEnabled);
        var receivers = services.GetRequiredService<AlertReceivers>();
        var ops = receivers.Find("ops")!;
        Assert.Equal((AlertReceiverKind.Generic, TimeSpan.FromSeconds(5), true, true), (ops.Kind, ops.Webhook.Timeout, ops.Webhook.AllowLoopback, ops.Webhook.AllowPrivateNetworks));
        Assert.Equal(["chat"], receivers.Wanting(AlertSeverity.Warning).Select(receiver => receiver.Name));
        Assert.Equal(["chat", "ops"], receivers.Wanting(AlertSeverity.Critical).Select(receiver => receiver.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Rule:TasksDie:Threshold", "1", "CEL0308: Celerity:Alerts:Rule is no setting of alerts. There are Rules and Receivers.")]
    [InlineData("Rules:TaskDies:Threshold", "1", "CEL0308: Celerity:Alerts:Rules:TaskDies is no alert rule. There are TasksDie, DeadLettersGrow,")]
    [InlineData("Rules:TasksDie:Limit", "1", "CEL0308: Celerity:Alerts:Rules:TasksDie:Limit is no setting of an alert rule. There are Threshold, ClearBelow, ForMinutes, Severity, Enabled.")]
    [InlineData("Rules:TasksDie:Threshold", "five", "CEL0308: Celerity:Alerts:Rules:TasksDie:Threshold is \"five\", which cannot be read.")]
    [InlineData("Rules:TasksDie:Threshold", "NaN", "CEL0308: Celerity:Alerts:Rules:TasksDie:Threshold is NaN; it must be 0 to 0.99.")]
    [InlineData("Rules:TasksDie:Threshold", "5", "CEL0308: Celerity:Alerts:Rules:TasksDie:Threshold is 5; it must be 0 to 0.99.")]
    [InlineData("Rules:CircuitIsOpen:Threshold", "1", "CEL0308: Celerity:Alerts:Rules:CircuitIsOpen:Threshold is 1; it must be 0: it holds or does not.")]
    [InlineData("Rules:TasksDie:ClearBelow", "0.06", "CEL0308: Celerity:Alerts:Rules:TasksDie:ClearBelow is 0.06; it must be 0 to the threshold, 0.05.")]
    [InlineData("Rules:TasksDie:ForMinutes", "-1", "CEL0308: Celerity:Alerts:Rules:TasksDie:ForMinutes is -1; it must be 0 to 10080.")]
    [InlineData("Rules:TasksDie:ForMinutes", "10081", "CEL0308: Celerity:Alerts:Rules:TasksDie:ForMinutes is 10081; it must be 0 to 10080.")]
    [InlineData("Rules:TasksDie:Severity", "1", "CEL0308: Celerity:Alerts:Rules:TasksDie:Severity is \"1\", which cannot be read.")]
    [InlineData("Rules:TasksDie:Enabled", "no", "CEL0308: Celerity:Alerts:Rules:TasksDie:Enabled is \"no\", which cannot be read.")]
    [InlineData("Receivers:ops:Url", "https://word.example", "CEL0308: Celerity:Alerts:Receivers:ops:Url is no setting of an alert receiver.")]
    [InlineData("Receivers:ops:Kind", "pager", "CEL0308: Celerity:Alerts:Receivers:ops:Kind is \"pager\", which cannot be read.")]
    [InlineData("Receivers:ops:Kind", "teams", "CEL0336: The alert receiver 'ops' has a Secret that cannot be used (Celerity:Alerts:Receivers:ops:Secret); it must be left out")]
    [InlineData("Receivers:ops:Address", "no word", "CEL0336: The alert receiver 'ops' has an Address that cannot be used (Celerity:Alerts:Receivers:ops:Address);")]
    [InlineData("Receivers:ops:Address", "http://word.example", "CEL0336: The alert receiver 'ops' has an Address that cannot be used")]
    [InlineData("Receivers:ops:Address", "https://169.254.169.254/word", "CEL0336: The alert receiver 'ops' has an Address that cannot be used")]
    [InlineData("Receivers:ops:Secret", "word", "CEL0336: The alert receiver 'ops' has a Secret that cannot be used")]
    [InlineData("Receivers:ops:Timeout", "00:02:00", "CEL0336: The alert receiver 'ops' has a Timeout that cannot be used")]
    public void Bind_WhatCannotBe_IsNamedWithItsRule_WithoutAddressOrSecret(string setting, string value, string message)
    {
        var exception = Assert.Throws<CelerityException>(() => Bind(("Receivers:ops:Address", "https://ops.example/in"), ("Receivers:ops:Secret", Secret), (setting, value)));

        Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("word", exception.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Bind(params (string Setting, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.DistinctBy(setting => setting.Setting, StringComparer.Ordinal).ToDictionary(
                setting => $"Celerity:Alerts:{setting.Setting}", setting => (string?)settings.Last(last => last.Setting == setting.Setting).Value))
            .Build();
        var services = new ServiceCollection();
        AlertSettings.Bind(configuration, services);
        return services.BuildServiceProvider();
    }
}
