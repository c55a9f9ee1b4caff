using System.Globalization;
using System.Xml.Linq;
using Celerity.TestKit.Hosting.Faults;

namespace Celerity.TestKit.Hosting.Storage.Blobs;

/// <summary>What is done to one blob.</summary>
internal sealed partial class MemoryBlobService
{
    private StorageResponse HandleBlob(StorageRequest request, string operation, MemoryContainer container, string name) => operation switch
    {
        StorageOperations.PutBlob => Put(request, container, name),
        "PutBlock" => PutBlock(request, container, name),
        "PutBlockList" => PutBlockList(request, container, name),
        "GetBlockList" => GetBlockList(request, container, name),
        StorageOperations.GetBlob => Get(request, Existing(request, container, name, isWrite: false)),
        "GetBlobProperties" => Head(Existing(request, container, name, isWrite: false)),
        "SetBlobMetadata" => Change(Existing(request, container, name, isWrite: true), blob => blob.Metadata = request.Metadata()),
        "SetBlobProperties" => Change(Existing(request, container, name, isWrite: true), blob => SetHeaders(request, blob)),
        "LeaseBlob" => Lease(request, container.Find(name) ?? throw Missing()),
        StorageOperations.DeleteBlob => DeleteBlob(request, container, name),
        _ => throw StorageError.NotThere($"{request.Method} {request.Path} {request.Query("comp")}".TrimEnd()),
    };

    private StorageResponse Put(StorageRequest request, MemoryContainer container, string name)
    {
        if (request.Header("x-ms-copy-source") is not null || request.Header("x-ms-blob-type") != "BlockBlob")
        {
            throw StorageError.NotThere("copies and other blobs than block blobs");
        }

        var blob = Writable(request, container, name);
        blob.Metadata = request.Metadata();
        SetHeaders(request, blob);
        blob.Put(request.Body, clock.GetUtcNow());
        return Written(201, blob);
    }

    private StorageResponse PutBlock(StorageRequest request, MemoryContainer container, string name)
    {
        Open(container, name).PutBlock(request.Query("blockid") ?? throw StorageError.InvalidQuery("blockid"), request.Body);
        return new StorageResponse(201);
    }

    private StorageResponse PutBlockList(StorageRequest request, MemoryContainer container, string name)
    {
        var entries = XDocument.Load(new MemoryStream(request.Body)).Root!.Elements().Select(element => (element.Name.LocalName, element.Value)).ToList();
        var blob = Writable(request, container, name);
        blob.PutBlockList(entries, clock.GetUtcNow());
        blob.Metadata = request.Metadata();
        SetHeaders(request, blob);
        return Written(201, blob);
    }

    private static StorageResponse GetBlockList(StorageRequest request, MemoryContainer container, string name)
    {
        var blob = container.Blobs.GetValueOrDefault(name) ?? throw Missing();
        var which = request.Query("blocklisttype") ?? "committed";
        return StorageResponse.Xml(200, new XElement(
            "BlockList",
            new XElement("CommittedBlocks", which == "uncommitted" ? null : Blocks(blob.CommittedBlocks)),
            new XElement("UncommittedBlocks", which == "committed" ? null : Blocks(blob.UncommittedBlocks))))
            .With("x-ms-blob-content-length", blob.Content.Length.ToString(CultureInfo.InvariantCulture));
    }

    private static IEnumerable<XElement> Blocks(IEnumerable<(string Id, int Size)> blocks) =>
        blocks.Select(block => new XElement("Block", new XElement("Name", block.Id), new XElement("Size", block.Size)));

    private StorageResponse Get(StorageRequest request, MemoryBlob blob)
    {
        if ((request.Header("x-ms-range") ?? request.Header("Range")) is not { } range)
        {
            return Described(new StorageResponse(200) { Body = blob.Content, ContentType = blob.ContentType }, blob);
        }

        var bounds = range["bytes=".Length..].Split('-');
        var first = int.Parse(bounds[0], CultureInfo.InvariantCulture);
        if (first >= blob.Content.Length)
        {
            throw new StorageError(416, "InvalidRange", "The range specified is invalid for the current size of the resource.");
        }

        var last = bounds[1].Length == 0 ? blob.Content.Length - 1 : (int)Math.Min(long.Parse(bounds[1], CultureInfo.InvariantCulture), blob.Content.Length - 1);
        return Described(new StorageResponse(206) { Body = blob.Content[first..(last + 1)], ContentType = blob.ContentType }, blob)
            .With("Content-Range", $"bytes {first}-{last}/{blob.Content.Length}");
    }

    private StorageResponse Head(MemoryBlob blob) =>
        Described(new StorageResponse(200) { ContentLength = blob.Content.Length, ContentType = blob.ContentType }, blob);

    private StorageResponse Described(StorageResponse response, MemoryBlob blob) => response
        .With("ETag", blob.ETag)
        .With("Last-Modified", blob.ModifiedAt)
        .With("x-ms-creation-time", blob.CreatedAt)
        .With("x-ms-blob-type", "BlockBlob")
        .With("x-ms-lease-state", blob.Lease.State(clock.GetUtcNow()))
        .With("x-ms-lease-status", blob.Lease.IsHeld(clock.GetUtcNow()) ? "locked" : "unlocked")
        .With("Content-Encoding", blob.ContentEncoding)
        .With("Cache-Control", blob.CacheControl)
        .With("Accept-Ranges", "bytes")
        .WithMetadata(blob.Metadata);

    private StorageResponse Change(MemoryBlob blob, Action<MemoryBlob> change)
    {
        change(blob);
        blob.Touch(clock.GetUtcNow());
        return Written(200, blob);
    }

    private StorageResponse Lease(StorageRequest request, MemoryBlob blob) =>
        blob.Lease.Handle(request, clock.GetUtcNow()).With("ETag", blob.ETag).With("Last-Modified", blob.ModifiedAt);

    private StorageResponse DeleteBlob(StorageRequest request, MemoryContainer container, string name)
    {
        Existing(request, container, name, isWrite: true);
        container.Blobs.Remove(name);
        return new StorageResponse(202);
    }

    private static StorageResponse Written(int status, MemoryBlob blob) =>
        new StorageResponse(status).With("ETag", blob.ETag).With("Last-Modified", blob.ModifiedAt).With("x-ms-request-server-encrypted", "true");

    private static void SetHeaders(StorageRequest request, MemoryBlob blob)
    {
        blob.ContentType = request.Header("x-ms-blob-content-type") ?? "application/octet-stream";
        blob.ContentEncoding = request.Header("x-ms-blob-content-encoding");
        blob.CacheControl = request.Header("x-ms-blob-cache-control");
    }

    /// <summary>The blob to write to, made if needed, after its conditions and lease.</summary>
    private MemoryBlob Writable(StorageRequest request, MemoryContainer container, string name)
    {
        var found = container.Find(name);
        BlobConditions.CheckWrite(request, found);
        found?.Lease.Check(request.Header("x-ms-lease-id"), isWrite: true, clock.GetUtcNow());
        return Open(container, name);
    }

    private MemoryBlob Open(MemoryContainer container, string name)
    {
        if (!container.Blobs.TryGetValue(name, out var blob))
        {
            container.Blobs.Add(name, blob = new MemoryBlob(clock.GetUtcNow()));
        }

        return blob;
    }

    private MemoryBlob Existing(StorageRequest request, MemoryContainer container, string name, bool isWrite)
    {
        var blob = container.Find(name) ?? throw Missing();
        if (isWrite)
        {
            BlobConditions.CheckWrite(request, blob);
        }
        else
        {
            BlobConditions.CheckRead(request, blob);
        }

        blob.Lease.Check(request.Header("x-ms-lease-id"), isWrite, clock.GetUtcNow());
        return blob;
    }

    private static StorageError Missing() => new(404, "BlobNotFound", "The specified blob does not exist.");
}
