using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Durable;

/// <summary>The value types of entities.</summary>
public sealed class EntityTypes
{
    private static readonly EntityInstanceId Id = new("Counter", "Key");

    [Fact]
    public void EntityInstanceId_NameIgnoresCase_KeyDoesNot()
    {
        Assert.Equal(("counter", "Key", "@counter@Key"), (Id.Name, Id.Key, Id.ToString()));
        Assert.Equal(Id, new EntityInstanceId("COUNTER", "Key"));
        Assert.NotEqual(Id, new EntityInstanceId("counter", "key"));
        Assert.True(Id == EntityInstanceId.FromString("@CoUnTeR@Key"));
    }

    [Theory]
    [InlineData("@n@", "n", "")]
    [InlineData("@n@a@b", "n", "a@b")]
    public void EntityInstanceId_FromString_TakesAllAfterTheSecondSign(string text, string name, string key) =>
        Assert.Equal((name, key), (EntityInstanceId.FromString(text).Name, EntityInstanceId.FromString(text).Key));

    [Theory]
    [InlineData("")]
    [InlineData("counter@key")]
    [InlineData("@counter")]
    [InlineData("@")]
    [InlineData("@@key")]
    public void EntityInstanceId_FromString_RefusesOtherText(string text) => Assert.Throws<ArgumentException>(() => EntityInstanceId.FromString(text));

    [Fact]
    public void EntityInstanceId_BadParts_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => new EntityInstanceId("a@b", "k"));
        Assert.Throws<ArgumentException>(() => new EntityInstanceId("", "k"));
        Assert.Throws<ArgumentNullException>(() => new EntityInstanceId(null!, "k"));
        Assert.Throws<ArgumentNullException>(() => new EntityInstanceId("n", null!));
    }

    [Fact]
    public void EntityInstanceId_AsJson_IsItsText()
    {
        Assert.Equal("\"@counter@Key\"", JsonSerializer.Serialize(Id));
        Assert.Equal(Id, JsonSerializer.Deserialize<EntityInstanceId>("\"@counter@Key\""));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<EntityInstanceId>("\"counter\""));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", "@")]
    [InlineData("Counter", "@counter")]
    [InlineData("@Counter", "@counter")]
    [InlineData("Counter@Key", "@counter@Key")]
    [InlineData("@Counter@Key@X", "@counter@Key@X")]
    public void EntityQuery_Prefix_IsWrittenAsIdsAre(string? prefix, string? expected) =>
        Assert.Equal(expected, new EntityQuery { InstanceIdStartsWith = prefix }.InstanceIdStartsWith);

    [Fact]
    public void EntityQuery_Defaults()
    {
        var query = new EntityQuery();

        Assert.Equal((true, false, null, 100), (query.IncludeState, query.IncludeTransient, query.PageSize, EntityQuery.DefaultPageSize));
    }

    [Fact]
    public void CleanEntityStorageRequest_Default_CleansAll()
    {
        var request = CleanEntityStorageRequest.Default;

        Assert.Equal((true, true, null), (request.RemoveEmptyEntities, request.ReleaseOrphanedLocks, request.ContinuationToken));
    }

    [Fact]
    public void SignalEntityOptions_ComeFromATime()
    {
        SignalEntityOptions options = DateTimeOffset.UnixEpoch;
        SignalEntityOptions? none = (bool?)null;

        Assert.Equal(DateTimeOffset.UnixEpoch, options.SignalTime);
        Assert.Null(none);
    }

    [Fact]
    public void EntityMetadata_WithoutState_SaysSo()
    {
        var bare = new EntityMetadata<int?>(Id);
        var full = new EntityMetadata<int?>(Id, 3);

        Assert.False(bare.IncludesState);
        Assert.Throws<InvalidOperationException>(() => bare.State);
        Assert.True(full.IncludesState);
        Assert.Equal(3, full.State);
    }

    [Fact]
    public void EntityMetadata_AsJson_HasItsStateAsJson()
    {
        var typed = new EntityMetadata<int[]>(Id, [1, 2]) { LastModifiedTime = DateTimeOffset.UnixEpoch, LockedBy = "o", BacklogQueueSize = 4 };
        var untyped = new EntityMetadata(Id, new SerializedData("""{"a":1}""")) { LastModifiedTime = DateTimeOffset.UnixEpoch };

        Assert.Equal(
            """{"Id":"@counter@Key","LastModifiedTime":"1970-01-01T00:00:00+00:00","BacklogQueueSize":4,"LockedBy":"o","State":[1,2]}""",
            JsonSerializer.Serialize(typed).Replace("\\u002B", "+", StringComparison.Ordinal));
        Assert.Equal(
            """{"id":"@counter@Key","lastModifiedTime":"1970-01-01T00:00:00+00:00","state":{"a":1}}""",
            JsonSerializer.Serialize(untyped, JsonSerializerOptions.Web).Replace("\\u002B", "+", StringComparison.Ordinal));
        Assert.Equal(
            """{"Id":"@counter@Key","LastModifiedTime":"0001-01-01T00:00:00+00:00"}""",
            JsonSerializer.Serialize(new EntityMetadata(Id)).Replace("\\u002B", "+", StringComparison.Ordinal));
    }

    [Fact]
    public void Contexts_WithoutEntities_SayTheyAreNotSupported() => Assert.Throws<NotSupportedException>(() => new BareContext().Entities);

    [Fact]
    public void SerializedData_IsReadByItsConverter() => Assert.Equal([1, 2], new SerializedData("[1,2]").ReadAs<int[]>()!);

    [Fact]
    public void EntityOperationFailedException_TellsWhatFailed()
    {
        var failed = new EntityOperationFailedException(Id, "Add", new TaskFailureDetails("T", "why", null, null, null));

        Assert.Equal("Operation 'Add' of entity '@counter@Key' failed: why", failed.Message);
        Assert.Equal((Id, "Add", "T"), (failed.EntityId, failed.OperationName, failed.FailureDetails.ErrorType));
    }
}
