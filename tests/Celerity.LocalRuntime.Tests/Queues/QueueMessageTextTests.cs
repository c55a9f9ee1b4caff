using Azure.Storage.Queues;
using Celerity.LocalRuntime.Queues;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Queues;

public sealed class QueueMessageTextTests
{
    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("{\"city\":\"Tromsø\"}")]
    public void TryDecode_WhatWasEncoded_IsTheBody(string text)
    {
        var body = BinaryData.FromString(text);

        foreach (var encoding in new[] { QueueMessageEncoding.Base64, QueueMessageEncoding.None })
        {
            Assert.Equal(text, QueueMessageText.TryDecode(QueueMessageText.Encode(body, encoding), encoding)?.ToString());
        }
    }

    [Theory]
    [InlineData("{\"task\":\"x\"}")]
    [InlineData("abc")]
    [InlineData("ab=c")]
    public void TryDecode_PlainTextWhereBase64IsExpected_IsNull(string text) =>
        Assert.Null(QueueMessageText.TryDecode(text, QueueMessageEncoding.Base64));

    [Fact]
    public void TryDecode_PlainTextWithoutEncoding_IsTheText() =>
        Assert.Equal("{}", QueueMessageText.TryDecode("{}", QueueMessageEncoding.None)?.ToString());

    [Fact]
    public void TryReadUtf8_BytesThatAreNotUtf8_IsNull()
    {
        Assert.Null(QueueMessageText.TryReadUtf8(BinaryData.FromBytes((byte[])[0xFF, 0xFE])));
        Assert.Equal("ø", QueueMessageText.TryReadUtf8(BinaryData.FromString("ø")));
    }
}
