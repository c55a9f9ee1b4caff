using System.Globalization;

namespace Celerity.TestKit.Hosting.Storage.Blobs;

/// <summary>The lease of a blob or container: it runs out by the virtual clock.</summary>
internal sealed class BlobLease
{
    private string? _id;
    private TimeSpan _duration;
    private DateTimeOffset _until;

    public bool IsHeld(DateTimeOffset now) => _id is not null && now < _until;

    public string State(DateTimeOffset now) => IsHeld(now) ? "leased" : _id is null ? "available" : "expired";

    public StorageResponse Handle(StorageRequest request, DateTimeOffset now)
    {
        var id = request.Header("x-ms-lease-id");
        switch (request.Header("x-ms-lease-action"))
        {
            case "acquire":
                return Acquire(request.Header("x-ms-proposed-lease-id") ?? Guid.NewGuid().ToString(), Seconds(request, "x-ms-lease-duration"), now);
            case "renew":
                Demand(id, isHeldOnly: false, now);
                _until = Until(now);
                return new StorageResponse(200).With("x-ms-lease-id", _id);
            case "change":
                Demand(id, isHeldOnly: true, now);
                _id = request.Header("x-ms-proposed-lease-id");
                return new StorageResponse(200).With("x-ms-lease-id", _id);
            case "release":
                Demand(id, isHeldOnly: false, now);
                _id = null;
                return new StorageResponse(200);
            case "break":
                return Break(request, now);
            default:
                throw new StorageError(400, "InvalidHeaderValue", "The value for one of the HTTP headers is not in the correct format: x-ms-lease-action.");
        }
    }

    /// <summary>Refuses a write without the lease's id while it is held, and any call with another id.</summary>
    public void Check(string? id, bool isWrite, DateTimeOffset now)
    {
        if (!IsHeld(now))
        {
            if (id is not null)
            {
                throw new StorageError(412, "LeaseNotPresentWithBlobOperation", "There is currently no lease on the blob.");
            }
        }
        else if (id is null ? isWrite : id != _id)
        {
            throw id is null
                ? new StorageError(412, "LeaseIdMissing", "There is currently a lease on the blob and no lease ID was specified in the request.")
                : new StorageError(412, "LeaseIdMismatchWithBlobOperation", "The lease ID specified did not match the lease ID for the blob.");
        }
    }

    private StorageResponse Acquire(string id, int seconds, DateTimeOffset now)
    {
        if (IsHeld(now) && _id != id)
        {
            throw new StorageError(409, "LeaseAlreadyPresent", "There is already a lease present.");
        }

        if (seconds is not -1 and (< 15 or > 60))
        {
            throw new StorageError(400, "InvalidHeaderValue", "The value for one of the HTTP headers is not in the correct format: x-ms-lease-duration.");
        }

        (_id, _duration) = (id, seconds < 0 ? TimeSpan.MaxValue : TimeSpan.FromSeconds(seconds));
        _until = Until(now);
        return new StorageResponse(201).With("x-ms-lease-id", _id);
    }

    private StorageResponse Break(StorageRequest request, DateTimeOffset now)
    {
        if (_id is null)
        {
            throw new StorageError(409, "LeaseNotPresentWithLeaseOperation", "There is currently no lease on the blob.");
        }

        var left = IsHeld(now) && _duration != TimeSpan.MaxValue ? _until - now : TimeSpan.Zero;
        var asked = request.Header("x-ms-lease-break-period") is { } text ? TimeSpan.FromSeconds(int.Parse(text, CultureInfo.InvariantCulture)) : left;
        _until = now + (asked < left ? asked : left);
        return new StorageResponse(202).With("x-ms-lease-time", ((int)(_until - now).TotalSeconds).ToString(CultureInfo.InvariantCulture));
    }

    private void Demand(string? id, bool isHeldOnly, DateTimeOffset now)
    {
        if (_id is null || _id != id || (isHeldOnly && !IsHeld(now)))
        {
            throw new StorageError(409, "LeaseIdMismatchWithLeaseOperation", "The lease ID specified did not match the lease ID for the blob.");
        }
    }

    private DateTimeOffset Until(DateTimeOffset now) => _duration == TimeSpan.MaxValue ? DateTimeOffset.MaxValue : now + _duration;

    private static int Seconds(StorageRequest request, string header) =>
        int.TryParse(request.Header(header), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds) ? seconds : -1;
}
