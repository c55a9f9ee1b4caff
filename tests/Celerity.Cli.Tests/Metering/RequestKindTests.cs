using Celerity.Cli.Metering;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Xunit;

namespace Celerity.Cli.Tests.Metering;

public sealed class RequestKindTests
{
    [Theory]
    [InlineData(StorageService.Queue, "POST", "/a/q/messages", "", "queue put")]
    [InlineData(StorageService.Queue, "GET", "/a/q/messages", "?numofmessages=32", "queue get")]
    [InlineData(StorageService.Queue, "GET", "/a/q/messages", "?peekonly=true", "queue peek")]
    [InlineData(StorageService.Queue, "DELETE", "/a/q/messages", "", "queue clear")]
    [InlineData(StorageService.Queue, "DELETE", "/a/q/messages/1", "?popreceipt=x", "queue delete")]
    [InlineData(StorageService.Queue, "PUT", "/a/q/messages/1", "?popreceipt=x", "queue update")]
    [InlineData(StorageService.Queue, "PUT", "/a/q", "", "queue create")]
    [InlineData(StorageService.Queue, "PUT", "/a/q", "?comp=metadata", "queue set metadata")]
    [InlineData(StorageService.Queue, "DELETE", "/a/q", "", "queue remove")]
    [InlineData(StorageService.Queue, "GET", "/a/q", "?comp=metadata", "queue metadata")]
    [InlineData(StorageService.Queue, "GET", "/a", "?comp=list", "queue list")]
    [InlineData(StorageService.Table, "POST", "/a/$batch", "", "table batch")]
    [InlineData(StorageService.Table, "POST", "/a/Tables", "", "table create")]
    [InlineData(StorageService.Table, "GET", "/a/Tables", "", "table list")]
    [InlineData(StorageService.Table, "DELETE", "/a/Tables('T')", "", "table remove")]
    [InlineData(StorageService.Table, "POST", "/a/T", "", "table insert")]
    [InlineData(StorageService.Table, "GET", "/a/T()", "?$filter=x", "table query")]
    [InlineData(StorageService.Table, "GET", "/a/T(PartitionKey='p',RowKey='r')", "", "table get")]
    [InlineData(StorageService.Table, "PATCH", "/a/T(PartitionKey='p',RowKey='r')", "", "table update")]
    [InlineData(StorageService.Table, "DELETE", "/a/T(PartitionKey='p',RowKey='r')", "", "table delete")]
    [InlineData(StorageService.Blob, "GET", "/a/c/b/b", "", "blob get")]
    [InlineData(StorageService.Blob, "HEAD", "/a/c/b", "", "blob head")]
    [InlineData(StorageService.Blob, "PUT", "/a/c/b", "", "blob put")]
    [InlineData(StorageService.Blob, "PUT", "/a/c/b", "?comp=block&blockid=x", "blob put block")]
    [InlineData(StorageService.Blob, "PUT", "/a/c/b", "?comp=lease", "blob put lease")]
    [InlineData(StorageService.Blob, "DELETE", "/a/c/b", "", "blob delete")]
    [InlineData(StorageService.Blob, "GET", "/a/c", "?restype=container&comp=list", "blob list")]
    [InlineData(StorageService.Blob, "PUT", "/a/c", "?restype=container", "blob create container")]
    internal void Of_EachRequest_NamesWhatItDoes(StorageService service, string method, string path, string query, string expected) =>
        Assert.Equal(expected, RequestKind.Of(service, method, path, new QueryCollection(QueryHelpers.ParseQuery(query))));
}
