using System.Globalization;
using System.Xml.Linq;
using Celerity.TestKit.Hosting.Faults;
using Celerity.TestKit.Hosting.Time;

namespace Celerity.TestKit.Hosting.Storage.Blobs;

/// <summary>The blob service's REST interface over memory: containers and block blobs.</summary>
internal sealed partial class MemoryBlobService(VirtualClock clock) : IMemoryService
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<(string Account, string Name), MemoryContainer> _containers = [];

    public (string Operation, string Resource) Describe(StorageRequest request)
    {
        var (container, blob) = Names(request);
        var comp = request.Query("comp");
        var operation = (request.Method.Method, blob.Length > 0, comp) switch
        {
            _ when container.Length == 0 => comp == "list" ? "ListContainers" : "ServiceProperties",
            ("PUT", false, null) => "CreateContainer",
            ("DELETE", false, null) => "DeleteContainer",
            ("GET", false, "list") => "ListBlobs",
            ("PUT", false, "metadata") => "SetContainerMetadata",
            ("PUT", _, "lease") => blob.Length > 0 ? "LeaseBlob" : "LeaseContainer",
            (_, false, null or "metadata") => "GetContainerProperties",
            ("PUT", true, null) => StorageOperations.PutBlob,
            ("PUT", true, "block") => "PutBlock",
            ("PUT", true, "blocklist") => "PutBlockList",
            ("PUT", true, "metadata") => "SetBlobMetadata",
            ("PUT", true, "properties") => "SetBlobProperties",
            ("GET", true, null) => StorageOperations.GetBlob,
            ("GET", true, "blocklist") => "GetBlockList",
            ("HEAD", true, null) => "GetBlobProperties",
            ("DELETE", true, null) => StorageOperations.DeleteBlob,
            _ => "Unknown",
        };
        return (operation, container);
    }

    public StorageResponse Handle(StorageRequest request, string operation, string resource, Action<StorageResponse> done)
    {
        lock (_gate)
        {
            var key = (request.Account, resource);
            var response = operation switch
            {
                "ListContainers" => ListContainers(request),
                "ServiceProperties" => StorageResponse.Xml(200, new XElement("StorageServiceProperties")),
                "CreateContainer" => Create(request, key),
                "DeleteContainer" => Delete(key),
                "ListBlobs" => ListBlobs(request, Find(key)),
                "SetContainerMetadata" => SetMetadata(request, Find(key)),
                "GetContainerProperties" => Properties(Find(key)),
                "LeaseContainer" => Find(key).Lease.Handle(request, clock.GetUtcNow()),
                _ => HandleBlob(request, operation, Find(key), Names(request).Blob),
            };
            done(response);
            return response;
        }
    }

    public StorageResponse Refuse(StorageError error) => error.Status == 304 ? new StorageResponse(304) { ErrorCode = error.Code } : error.ToXml();

    private static (string Container, string Blob) Names(StorageRequest request)
    {
        var slash = request.Path.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? (request.Path, string.Empty) : (request.Path[..slash], request.Path[(slash + 1)..]);
    }

    private StorageResponse ListContainers(StorageRequest request)
    {
        var prefix = request.Query("prefix") ?? string.Empty;
        return StorageResponse.Xml(200, new XElement(
            "EnumerationResults",
            new XElement("Containers", _containers
                .Where(entry => entry.Key.Account == request.Account && entry.Key.Name.StartsWith(prefix, StringComparison.Ordinal))
                .Select(entry => new XElement("Container", new XElement("Name", entry.Key.Name), ContainerProperties(entry.Value)))),
            new XElement("NextMarker")));
    }

    private static XElement ContainerProperties(MemoryContainer container) => new(
        "Properties",
        new XElement("Last-Modified", container.ModifiedAt.ToString("R", CultureInfo.InvariantCulture)),
        new XElement("Etag", container.ETag));

    private StorageResponse Create(StorageRequest request, (string Account, string Name) key)
    {
        if (key.Name.Length is < 3 or > 63 || !key.Name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '$'))
        {
            throw new StorageError(400, "InvalidResourceName", "The specified resource name contains invalid characters.");
        }

        var container = new MemoryContainer(request.Metadata(), clock.GetUtcNow());
        return _containers.TryAdd(key, container)
            ? new StorageResponse(201).With("ETag", container.ETag).With("Last-Modified", container.ModifiedAt)
            : throw new StorageError(409, "ContainerAlreadyExists", "The specified container already exists.");
    }

    private StorageResponse Delete((string Account, string Name) key)
    {
        Find(key);
        _containers.Remove(key);
        return new StorageResponse(202);
    }

    private static StorageResponse SetMetadata(StorageRequest request, MemoryContainer container)
    {
        container.Metadata = request.Metadata();
        return Properties(container);
    }

    private static StorageResponse Properties(MemoryContainer container) => new StorageResponse(200)
        .With("ETag", container.ETag)
        .With("Last-Modified", container.ModifiedAt)
        .WithMetadata(container.Metadata);

    private StorageResponse ListBlobs(StorageRequest request, MemoryContainer container)
    {
        var (prefix, delimiter, marker) = (request.Query("prefix") ?? string.Empty, request.Query("delimiter"), request.Query("marker") ?? string.Empty);
        var max = request.QueryNumber("maxresults") ?? 5000;

        // What a delimiter cuts off is listed once, as a folder.
        var entries = container.Blobs
            .Where(entry => entry.Value.IsCommitted && entry.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(entry => (Name: FolderOf(entry.Key, prefix, delimiter) ?? entry.Key, Blob: FolderOf(entry.Key, prefix, delimiter) is null ? entry.Value : null))
            .DistinctBy(entry => entry.Name)
            .Where(entry => string.CompareOrdinal(entry.Name, marker) >= 0)
            .Take(max + 1)
            .ToList();
        var withMetadata = request.Query("include")?.Contains("metadata", StringComparison.Ordinal) ?? false;
        return StorageResponse.Xml(200, new XElement(
            "EnumerationResults",
            new XElement("Prefix", prefix),
            new XElement("Blobs", entries.Take(max).Select(entry => entry.Blob is null
                ? new XElement("BlobPrefix", new XElement("Name", entry.Name))
                : Listed(entry.Name, entry.Blob, withMetadata))),
            new XElement("NextMarker", entries.Count > max ? entries[max].Name : string.Empty)));
    }

    private static string? FolderOf(string name, string prefix, string? delimiter)
    {
        var at = string.IsNullOrEmpty(delimiter) ? -1 : name.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal);
        return at < 0 ? null : name[..(at + delimiter!.Length)];
    }

    private XElement Listed(string name, MemoryBlob blob, bool withMetadata) => new(
        "Blob",
        new XElement("Name", name),
        new XElement(
            "Properties",
            new XElement("Creation-Time", blob.CreatedAt.ToString("R", CultureInfo.InvariantCulture)),
            new XElement("Last-Modified", blob.ModifiedAt.ToString("R", CultureInfo.InvariantCulture)),
            new XElement("Etag", blob.ETag.Trim('"')),
            new XElement("Content-Length", blob.Content.Length),
            new XElement("Content-Type", blob.ContentType),
            new XElement("BlobType", "BlockBlob"),
            new XElement("LeaseStatus", blob.Lease.IsHeld(clock.GetUtcNow()) ? "locked" : "unlocked"),
            new XElement("LeaseState", blob.Lease.State(clock.GetUtcNow()))),
        withMetadata ? new XElement("Metadata", blob.Metadata.Select(pair => new XElement(pair.Key, pair.Value))) : null);

    private MemoryContainer Find((string Account, string Name) key) =>
        _containers.GetValueOrDefault(key) ?? throw new StorageError(404, "ContainerNotFound", "The specified container does not exist.");
}
