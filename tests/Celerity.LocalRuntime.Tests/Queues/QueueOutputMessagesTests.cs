using Azure.Core.Serialization;
using Celerity.LocalRuntime.Queues;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Queues;

public sealed class QueueOutputMessagesTests
{
    [Fact]
    public void From_Null_SendsNothing() => Assert.Empty(Texts(null));

    [Fact]
    public void From_String_IsOneMessageAsItIs() => Assert.Equal(["hello [x"], Texts("hello [x"));

    [Fact]
    public void From_Bytes_IsOneMessageOfThem() => Assert.Equal(["[1,2]"], Texts("[1,2]"u8.ToArray()));

    [Fact]
    public void From_Poco_IsOneIndentedJsonMessage() =>
        Assert.Equal(["{\n  \"Name\": \"a\",\n  \"Count\": 1\n}"], Texts(new Item("a", 1)));

    [Fact]
    public void From_Strings_IsOneMessageEachWithoutQuotes() => Assert.Equal(["a", "b"], Texts(new[] { "a", "b" }));

    [Fact]
    public void From_Pocos_IsOneIndentedMessageEach() =>
        Assert.Equal(
            ["{\n  \"Name\": \"a\",\n  \"Count\": 1\n}", "{\n  \"Name\": \"b\",\n  \"Count\": 2\n}"],
            Texts(new List<Item> { new("a", 1), new("b", 2) }));

    [Fact]
    public void From_StringThatLooksLikeAnArray_FansOut() => Assert.Equal(["1", "x"], Texts(" [1, \"x\"] "));

    [Fact]
    public void From_StringThatLooksLikeAnObject_IsRenderedAgain() => Assert.Equal(["{\n  \"a\": 1\n}"], Texts("{\"a\":1}"));

    [Fact]
    public void From_StringThatOnlyLooksLikeJson_IsSentAsItIs() => Assert.Equal(["{oops}"], Texts("{oops}"));

    [Fact]
    public void From_DateInJson_KeepsItsText() =>
        Assert.Equal(["2026-01-02T03:04:05Z"], Texts("[\"2026-01-02T03:04:05Z\"]"));

    [Fact]
    public void From_Guid_GoesWithoutQuotes() =>
        Assert.Equal(["5b1d1e9c-5a1f-4b8e-9d0a-0d6d5e6f7a8b"], Texts(Guid.Parse("5b1d1e9c-5a1f-4b8e-9d0a-0d6d5e6f7a8b")));

    [Fact]
    public void From_EmptyArray_SendsNothing() => Assert.Empty(Texts(Array.Empty<string>()));

    private static string[] Texts(object? value) =>
        [.. QueueOutputMessages.From(value, new JsonObjectSerializer()).Select(body => body.ToString().ReplaceLineEndings("\n"))];

    private sealed record Item(string Name, int Count);
}
