using System.Net;
using System.Text;
using Celerity.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Webhooks;

/// <summary>What a webhook may be, where it may connect to, and how its signatures are checked.</summary>
public sealed class WebhookSetupTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    [Theory]
    [InlineData("https://hooks.example/in", true, false, false)]
    [InlineData("https://hooks.example:8443/in?key=1", true, false, false)]
    [InlineData("http://hooks.example/in", false, true, true)]
    [InlineData("http://localhost:5000/in", true, true, false)]
    [InlineData("http://localhost:5000/in", false, false, true)]
    [InlineData("https://127.0.0.1/in", false, false, true)]
    [InlineData("https://10.1.2.3/in", false, true, false)]
    [InlineData("https://10.1.2.3/in", true, false, true)]
    [InlineData("https://169.254.169.254/latest", false, true, true)]
    [InlineData("https://[::ffff:10.0.0.1]/in", false, false, false)]
    [InlineData("https://user:word@hooks.example/in", false, false, false)]
    [InlineData("https://hooks.example/in#top", false, false, false)]
    [InlineData("ftp://hooks.example/in", false, true, true)]
    [InlineData("file:///etc/passwd", false, true, true)]
    public void Url_IsChecked(string url, bool isAllowed, bool allowLoopback, bool allowPrivate)
    {
        var exception = Record.Exception(() => new Webhook("a", Options(options =>
            (options.Url, options.AllowLoopback, options.AllowPrivateNetworks) = (new Uri(url), allowLoopback, allowPrivate))));

        Assert.Equal(isAllowed, exception is null);
        Assert.True(isAllowed || exception is CelerityException { Code: "CEL0240" });
        Assert.True(isAllowed || !exception!.Message.Contains("word", StringComparison.Ordinal));
    }

    [Fact]
    public void Settings_OutOfRange_AreNamed()
    {
        (string Setting, Action<WebhookOptions> Set)[] wrong =
        [
            ("Url", options => options.Url = null),
            ("Url", options => options.Url = new Uri("/in", UriKind.Relative)),
            ("Secret", options => options.Secret = null),
            ("Secret", options => options.Secret = "c2hvcnQ="),
            ("Secret", options => options.Secret = "no base64, but long enough to be a secret"),
            ("Secret", options => options.Secret = new string('A', 4000)),
            ("Events", options => options.Events.Add((TaskEventKind)99)),
            ("Tasks", options => options.Tasks.Add("a*b")),
            ("Tasks", options => options.Tasks.Add("")),
            ("Timeout", options => options.Timeout = TimeSpan.FromMinutes(2)),
        ];

        Assert.All(wrong, one => Assert.StartsWith(
            $"CEL0240: The webhook 'a' has a {one.Setting} that cannot be used (Celerity:Webhooks:a:{one.Setting}); it must be ",
            Assert.Throws<CelerityException>(() => new Webhook("a", Options(one.Set))).Message,
            StringComparison.Ordinal));
        Assert.Throws<CelerityException>(() => new Webhook("a/b", Options(_ => { })));
    }

    [Fact]
    public void Name_Twice_IsRefused()
    {
        var services = new ServiceCollection().AddCelerityWebhook("a", Options(_ => { }));

        Assert.Throws<CelerityException>(() => services.AddCelerityWebhook("A", Options(_ => { })));
    }

    [Theory]
    [InlineData("8.8.8.8", true, true)]
    [InlineData("2600::1", true, true)]
    [InlineData("127.0.0.1", false, false)]
    [InlineData("127.8.8.8", false, false)]
    [InlineData("::1", false, false)]
    [InlineData("10.0.0.1", false, true)]
    [InlineData("172.31.255.255", false, true)]
    [InlineData("172.32.0.1", true, true)]
    [InlineData("192.168.1.1", false, true)]
    [InlineData("100.64.0.1", false, true)]
    [InlineData("fd00::1", false, true)]
    [InlineData("::ffff:10.0.0.1", false, true)]
    [InlineData("::ffff:127.0.0.1", false, false)]
    [InlineData("::ffff:169.254.169.254", false, false)]
    [InlineData("169.254.169.254", false, false)]
    [InlineData("0.0.0.0", false, false)]
    [InlineData("::", false, false)]
    [InlineData("255.255.255.255", false, false)]
    [InlineData("224.0.0.1", false, false)]
    [InlineData("198.18.0.1", false, false)]
    [InlineData("fe80::1", false, false)]
    [InlineData("ff02::1", false, false)]
    [InlineData("64:ff9b::a00:1", false, false)]
    [InlineData("2002:a00:1::", false, false)]
    [InlineData("2001::1", false, false)]
    public void Addresses_AreJudged(string address, bool isPublic, bool isAllowedWithPrivate)
    {
        var at = IPAddress.Parse(address);

        Assert.Equal(isPublic, WebhookAddresses.IsAllowed(at, new Webhook("a", Options(_ => { }))));
        Assert.Equal(isAllowedWithPrivate, WebhookAddresses.IsAllowed(at, new Webhook("a", Options(options => options.AllowPrivateNetworks = true))));
    }

    [Theory]
    [InlineData(200, "Completed")]
    [InlineData(204, "Completed")]
    [InlineData(301, "DeadLetter")]
    [InlineData(400, "DeadLetter")]
    [InlineData(408, "Retry")]
    [InlineData(410, "Discard")]
    [InlineData(422, "DeadLetter")]
    [InlineData(429, "Retry")]
    [InlineData(500, "Retry")]
    [InlineData(503, "Retry")]
    public void Answers_AreJudged(int status, string outcome) =>
        Assert.Equal(outcome, WebhookAnswer.For(new Webhook("a", Options(_ => { })), (HttpStatusCode)status, null, Now).Kind.ToString());

    // The example of the standard's own documents, made with their libraries.
    [Fact]
    public void Signature_IsThatOfTheStandard()
    {
        const string Key = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        var body = Encoding.UTF8.GetBytes("""{"test": 2432232314}""");

        var signature = WebhookSignature.Sign(Convert.FromBase64String(Key), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body);

        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", signature);
    }

    [Fact]
    public void IsValid_AnythingElse_IsNot()
    {
        var (id, at, body) = ("m1", "1700000000", Encoding.UTF8.GetBytes("{}"));
        var signature = WebhookSignature.Sign(WebhookSignature.TryReadSecret(WebhookBench.Secret)!, id, 1_700_000_000, body);
        bool IsValid(string? ofId, string? ofTime, string? signatures, string text, TimeSpan later = default) =>
            WebhookSignature.IsValid(WebhookBench.Secret, ofId, ofTime, signatures, Encoding.UTF8.GetBytes(text), Now + later);

        Assert.True(IsValid(id, at, signature, "{}"));
        Assert.True(IsValid(id, at, $"v1,b3RoZXI= {signature}", "{}", TimeSpan.FromMinutes(5)));
        Assert.False(IsValid("m2", at, signature, "{}"));
        Assert.False(IsValid(id, "1700000001", signature, "{}"));
        Assert.False(IsValid(id, at, signature, "{ }"));
        Assert.False(IsValid(id, at, signature[..^2], "{}"));
        Assert.False(IsValid(id, at, signature, "{}", TimeSpan.FromMinutes(6)));
        Assert.False(IsValid(id, at, signature, "{}", TimeSpan.FromMinutes(-6)));
        Assert.False(IsValid(null, at, signature, "{}"));
        Assert.False(IsValid(id, "soon", signature, "{}"));
        Assert.False(IsValid(id, at, null, "{}"));
        Assert.Throws<ArgumentException>(() => WebhookSignature.IsValid("short", id, at, signature, body, Now));
    }

    private static WebhookOptions Options(Action<WebhookOptions> configure)
    {
        var options = new WebhookOptions { Url = new Uri("https://hooks.example/in"), Secret = WebhookBench.Secret };
        configure(options);
        return options;
    }
}
