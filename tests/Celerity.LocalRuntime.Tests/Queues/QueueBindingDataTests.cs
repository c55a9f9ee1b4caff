using Azure.Storage.Queues.Models;
using Celerity.LocalRuntime.Queues;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Queues;

public sealed class QueueBindingDataTests
{
    private static readonly DateTimeOffset InsertedAt = new(2026, 5, 6, 7, 8, 9, TimeSpan.Zero);

    [Fact]
    public void From_PlainText_HasTheBuiltInNames()
    {
        var entries = From("hello");

        Assert.Equal("hello", entries["QueueTrigger"]);
        Assert.Equal("3", entries["DequeueCount"]);
        Assert.Equal("the-id", entries["Id"]);
        Assert.Equal("receipt", entries["PopReceipt"]);
        Assert.Equal("\"2026-05-06T07:08:09+00:00\"", entries["InsertionTime"]);
        Assert.Equal("\"2026-05-13T07:08:09+00:00\"", entries["ExpirationTime"]);
        Assert.Equal("\"2026-05-06T07:18:09+00:00\"", entries["NextVisibleTime"]);
        Assert.Equal(7, entries.Count);
    }

    [Fact]
    public void From_AnyName_IsFoundWithoutRegardToCase() => Assert.Equal("3", From("hello")["dequeuecount"]);

    [Fact]
    public void From_JsonObject_AddsItsPropertiesAsStringsOrJson()
    {
        var entries = From("""{"city":"Oslo","count":2,"open":true,"inner":{"a":[1]}}""");

        Assert.Equal("Oslo", entries["city"]);
        Assert.Equal("2", entries["count"]);
        Assert.Equal("""{"a":[1]}""", entries["inner"]);
        Assert.Equal("True", entries["open"]);
    }

    [Fact]
    public void From_JsonObjectWithArrayOrNull_LeavesThemOut()
    {
        var entries = From("""{"list":[1,2],"none":null}""");

        Assert.DoesNotContain("list", entries);
        Assert.DoesNotContain("none", entries);
    }

    [Fact]
    public void From_JsonObjectWithABuiltInName_Overwrites() => Assert.Equal("x", From("""{"id":"x"}""")["Id"]);

    [Theory]
    [InlineData("[1,2]")]
    [InlineData("{ not json")]
    [InlineData("\"text\"")]
    public void From_NoJsonObject_AddsNothing(string text) => Assert.Equal(7, From(text).Count);

    [Fact]
    public void From_BodyIsNotUtf8_LeavesTheBodyOut() => Assert.DoesNotContain("QueueTrigger", From(null));

    private static IReadOnlyDictionary<string, object?> From(string? text) => QueueBindingData.From(
        QueuesModelFactory.QueueMessage(
            "the-id", "receipt", BinaryData.FromString(text ?? ""), 3, InsertedAt.AddMinutes(10), InsertedAt, InsertedAt.AddDays(7)),
        text);
}
