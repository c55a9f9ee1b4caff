using System.Text.Json;
using System.Text.Json.Serialization;
using Celerity.Secrets;
using Celerity.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Secrets;

public sealed class SecretPayloadsTests
{
    private readonly SecretPayloads _secrets;

    public SecretPayloadsTests()
    {
        var services = new ServiceCollection();
        services.AddCelerityHandler(typeof(PayHandler));
        services.AddCelerityHandler(typeof(VaultHandler));
        services.AddCelerityHandler(typeof(OpenHandler));
        _secrets = new SecretPayloads(services.GetOrAddInstance<TaskRegistry>());
    }

    [Theory]
    [InlineData("""{"order":7,"card":{"number":"4111","holder":"Ada"}}""", """{"order":7,"card":{"number":"•••","holder":"Ada"}}""")]
    [InlineData("""{"ORDER":7,"Card":{"Number":4111}}""", """{"ORDER":7,"Card":{"Number":"•••"}}""")]
    [InlineData("""{"pin_code":"1","pinCode":"2","PIN_CODE":null}""", """{"pin_code":"•••","pinCode":"•••","PIN_CODE":"•••"}""")]
    [InlineData("""{"cards":[{"number":"1"},{"number":{"deep":["2"]}}]}""", """{"cards":[{"number":"•••"},{"number":"•••"}]}""")]
    [InlineData("""{"byName":{"a":{"number":"1"},"b":null}}""", """{"byName":{"a":{"number":"•••"},"b":null}}""")]
    [InlineData("""{"token":{"any":"thing"}}""", """{"token":"•••"}""")]
    [InlineData("""{"next":{"next":{"order":1,"pinCode":"1"}}}""", """{"next":{"next":{"order":1,"pinCode":"•••"}}}""")]
    [InlineData("""{"wallet":{"$type":"card","cvc":"123"}}""", """{"wallet":{"$type":"•••","cvc":"•••"}}""")]
    [InlineData("""{"cardNumbr":"4111"}""", """{"cardNumbr":"•••"}""")]
    [InlineData("""{"$args":[1,"4111"]}""", """{"$args":"•••"}""")]
    [InlineData("""{"card":"4111"}""", """{"card":"•••"}""")]
    [InlineData("""{"card":["4111"],"cards":{"x":"4111"}}""", """{"card":"•••","cards":"•••"}""")]
    [InlineData("\"4111\"", "\"•••\"")]
    [InlineData("""["4111"]""", "\"•••\"")]
    [InlineData("""{"renamed":"1","alias":"2"}""", """{"renamed":"•••","alias":"•••"}""")]
    public void Mask_WhatIsMarked_AndWhatMayBeIt_StandsNowhere(string payload, string shown) =>
        Assert.Equal(shown, JsonSerializer.Serialize(_secrets.Mask("secrets.pay", JsonElement.Parse(payload)), Relaxed));

    [Fact]
    public void Mask_ATypeThatIsSecret_IsMaskedWhole() =>
        Assert.Equal("•••", _secrets.Mask("secrets.vault", JsonElement.Parse("""{"a":1}""")).GetString());

    [Theory]
    [InlineData("secrets.open")]
    [InlineData("nobody.knows")]
    public void Mask_WithoutSecrets_LeavesItAsItIs(string task)
    {
        Assert.Equal("""{"number":"4111", "x":1}""", _secrets.Mask(task, JsonElement.Parse("""{"number":"4111", "x":1}""")).GetRawText());
        Assert.False(_secrets.HasSecrets(task));
    }

    [Theory]
    [InlineData("""{"order":8,"card":{"number":"•••","holder":"Eve"}}""", """{"order":8,"card":{"number":"4111","holder":"Eve"}}""")]
    [InlineData("""{"order":8,"card":"•••","cards":["•••",1]}""", """{"order":8,"card":{"number":"4111","holder":"Ada"},"cards":[{"number":"1"},1]}""")]
    [InlineData("""{"order":8,"card":{"number":"4222"}}""", """{"order":8,"card":{"number":"4222"}}""")]
    [InlineData("""{"x":null}""", """{"x":null}""")]
    public void Restore_WhatIsLeftMasked_IsWhatStoodThere(string edited, string restored) =>
        Assert.Equal(restored, JsonSerializer.Serialize(SecretRestore.Of(JsonElement.Parse(edited), Original), Relaxed));

    [Theory]
    [InlineData("""{"other":"•••"}""", "$.other is a mask")]
    [InlineData("""{"cards":[1,"•••"]}""", "$.cards[1] is a mask")]
    public void Restore_AMaskOfNothing_IsRefused(string edited, string words)
    {
        var refused = Assert.Throws<CelerityException>(() => SecretRestore.Of(JsonElement.Parse(edited), Original));

        Assert.Equal(ErrorCodes.PayloadDoesNotFit, refused.Code);
        Assert.StartsWith(words, refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void MaskResult_MasksByTheResultsType() =>
        Assert.Equal("•••", _secrets.MaskResult("secrets.pay", JsonElement.Parse("""{"number":"4111"}""")).GetProperty("number").GetString());

    private static readonly JsonElement Original = JsonElement.Parse("""{"order":7,"card":{"number":"4111","holder":"Ada"},"cards":[{"number":"1"}]}""");

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [CelerityTask("secrets.pay")]
    internal sealed record Pay(int Order, [Secret] string? PinCode, Card? Card, IReadOnlyList<Card>? Cards, Dictionary<string, Card?>? ByName, Token? Token, Pay? Next, Wallet? Wallet)
    {
        [Secret]
        [JsonPropertyName("renamed")]
        public string? Alias { get; init; }
    }

    internal sealed record Card([property: Secret] string Number, string? Holder);

    [Secret]
    internal sealed record Token(string Any);

    [JsonDerivedType(typeof(CardWallet), "card")]
    internal record Wallet;

    internal sealed record CardWallet([property: Secret] string Cvc) : Wallet;

    [Secret]
    [CelerityTask("secrets.vault")]
    internal sealed record Vault(int A);

    [CelerityTask("secrets.open")]
    internal sealed record Open(string Number);

    internal sealed class PayHandler : ITaskHandler<Pay, Card>
    {
        public ValueTask<TaskOutcome<Card>> HandleAsync(Pay task, TaskContext context, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    internal sealed class VaultHandler : ITaskHandler<Vault>
    {
        public ValueTask<TaskOutcome> HandleAsync(Vault task, TaskContext context, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    internal sealed class OpenHandler : ITaskHandler<Open>
    {
        public ValueTask<TaskOutcome> HandleAsync(Open task, TaskContext context, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
