using System.Net;
using Azure;
using Celerity.Storage;
using Xunit;

namespace Celerity.AzureStorage.Tests.Transport;

/// <summary>The real service's refusals, which the emulator words in its own way: which become values and which propagate.</summary>
public sealed class ServiceRefusalTests
{
    private static readonly TableRow Row = new("p", "r", new Dictionary<string, object> { ["Number"] = 1 });
    private static readonly QueueItem Item = new("id", "receipt", 1, "x");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TryInsert_ExistingRow_IsAValue() =>
        Assert.Null(await Tables(HttpStatusCode.Conflict, "EntityAlreadyExists").TryInsertAsync("T", Row, Token));

    [Theory]
    [InlineData(HttpStatusCode.Conflict, "TableBeingDeleted")]
    [InlineData(HttpStatusCode.NotFound, "TableNotFound")]
    [InlineData(HttpStatusCode.BadRequest, "PropertyValueTooLarge")]
    public async Task TryInsert_OtherRefusal_Propagates(HttpStatusCode status, string code) =>
        await ThrowsAsync(code, () => Tables(status, code).TryInsertAsync("T", Row, Token).AsTask());

    [Fact]
    public async Task TryInsertAll_ExistingRow_IsAValue() => Assert.False(
        await Transaction(HttpStatusCode.Conflict, "EntityAlreadyExists").TryInsertAllAsync("T", [Row], Token));

    [Theory]
    [InlineData(HttpStatusCode.NotFound, "TableNotFound")]
    [InlineData(HttpStatusCode.BadRequest, "EntityTooLarge")]
    public async Task TryInsertAll_OtherRefusal_Propagates(HttpStatusCode status, string code) =>
        await ThrowsAsync(code, () => Transaction(status, code).TryInsertAllAsync("T", [Row], Token).AsTask());

    [Fact]
    public async Task TryInsertAll_RequestTooLarge_Propagates() => await ThrowsAsync(
        "RequestBodyTooLarge", () => Tables(HttpStatusCode.RequestEntityTooLarge, "RequestBodyTooLarge").TryInsertAllAsync("T", [Row], Token).AsTask());

    [Theory]
    [InlineData(HttpStatusCode.PreconditionFailed, "UpdateConditionNotSatisfied")]
    [InlineData(HttpStatusCode.NotFound, "ResourceNotFound")]
    public async Task TryReplaceAndTryDelete_ChangedOrGone_AreValues(HttpStatusCode status, string code)
    {
        Assert.Null(await Tables(status, code).TryReplaceAsync("T", Row, "e", Token));
        Assert.False(await Tables(status, code).TryDeleteAsync("T", "p", "r", "e", Token));
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound, "TableNotFound")]
    [InlineData(HttpStatusCode.Conflict, "TableBeingDeleted")]
    public async Task TryReplaceAndTryDelete_OtherRefusal_Propagates(HttpStatusCode status, string code)
    {
        await ThrowsAsync(code, () => Tables(status, code).TryReplaceAsync("T", Row, "e", Token).AsTask());
        await ThrowsAsync(code, () => Tables(status, code).TryDeleteAsync("T", "p", "r", "e", Token).AsTask());
    }

    [Fact]
    public async Task Find_MissingRow_IsAValueAndAMissingTableIsNot()
    {
        Assert.Null(await Tables(HttpStatusCode.NotFound, "ResourceNotFound").FindAsync("T", "p", "r", Token));
        await ThrowsAsync("TableNotFound", () => Tables(HttpStatusCode.NotFound, "TableNotFound").FindAsync("T", "p", "r", Token).AsTask());
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound, "MessageNotFound")]
    [InlineData(HttpStatusCode.NotFound, "QueueNotFound")]
    [InlineData(HttpStatusCode.BadRequest, "PopReceiptMismatch")]
    public async Task QueueTryDelete_LostOrGone_IsAValue(HttpStatusCode status, string code) =>
        Assert.False(await Queues(status, code).TryDeleteAsync("q", Item, Token));

    [Fact]
    public async Task QueueCalls_OtherRefusal_Propagates()
    {
        await ThrowsAsync("InvalidQueryParameterValue", () => Queues(HttpStatusCode.BadRequest, "InvalidQueryParameterValue").TryDeleteAsync("q", Item, Token).AsTask());
        await ThrowsAsync("QueueBeingDeleted", () => Queues(HttpStatusCode.Conflict, "QueueBeingDeleted").ReceiveAsync("q", 1, TimeSpan.FromSeconds(30), Token).AsTask());
        await ThrowsAsync("QueueNotFound", () => Queues(HttpStatusCode.NotFound, "QueueNotFound").SendAsync("q", "x", TimeSpan.Zero, Token).AsTask());
        await ThrowsAsync("AuthorizationFailure", () => Queues(HttpStatusCode.Forbidden, "AuthorizationFailure").ReceiveAsync("q", 1, TimeSpan.FromSeconds(30), Token).AsTask());
    }

    [Theory]
    [InlineData("BlobNotFound")]
    [InlineData("ContainerNotFound")]
    public async Task Blob_Missing_IsNullOrGone(string code)
    {
        Assert.Null(await Blobs(HttpStatusCode.NotFound, code).FindAsync("c", "b", Token));
        await Assert.ThrowsAsync<BlobGoneException>(() => Blobs(HttpStatusCode.NotFound, code).OpenReadAsync("c", "b", 0, 10, null, Token).AsTask());
    }

    [Fact]
    public async Task OpenRead_ChangedOrBeyondTheEnd_IsGoneOrEmpty()
    {
        await Assert.ThrowsAsync<BlobGoneException>(
            () => Blobs(HttpStatusCode.PreconditionFailed, "ConditionNotMet").OpenReadAsync("c", "b", 0, 10, "\"e\"", Token).AsTask());
        Assert.Same(Stream.Null, await Blobs(HttpStatusCode.RequestedRangeNotSatisfiable, "InvalidRange").OpenReadAsync("c", "b", 99, 10, null, Token));
    }

    [Theory]
    [InlineData(HttpStatusCode.Conflict, "BlobArchived")]
    [InlineData(HttpStatusCode.Forbidden, "AuthorizationPermissionMismatch")]
    public async Task Blob_OtherRefusal_Propagates(HttpStatusCode status, string code)
    {
        await ThrowsAsync(code, () => Blobs(status, code).FindAsync("c", "b", Token).AsTask());
        await ThrowsAsync(code, () => Blobs(status, code).OpenReadAsync("c", "b", 0, 10, null, Token).AsTask());
        await ThrowsAsync(code, () => Blobs(status, code).WriteAsync("c", "b", new byte[1], Token).AsTask());
    }

    private static AzureTableStore Tables(HttpStatusCode status, string code) => new AzureTableStore(ScriptedService.TableError(status, code).Open());

    private static AzureTableStore Transaction(HttpStatusCode status, string code) => new AzureTableStore(ScriptedService.TransactionError(status, code).Open());

    private static AzureQueueStore Queues(HttpStatusCode status, string code) => new AzureQueueStore(ScriptedService.Error(status, code).Open());

    private static AzureBlobStore Blobs(HttpStatusCode status, string code) => new AzureBlobStore(ScriptedService.Error(status, code).Open());

    private static async Task ThrowsAsync(string code, Func<Task> call) =>
        Assert.Equal(code, (await Assert.ThrowsAnyAsync<RequestFailedException>(call)).ErrorCode);
}
