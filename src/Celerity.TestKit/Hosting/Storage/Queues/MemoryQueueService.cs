using System.Globalization;
using System.Xml.Linq;
using Celerity.TestKit.Hosting.Time;

namespace Celerity.TestKit.Hosting.Storage.Queues;

/// <summary>The queue service's REST interface over memory.</summary>
internal sealed class MemoryQueueService(VirtualClock clock) : IMemoryService
{
    private const int BodyLimit = 65_536;
    private static readonly TimeSpan DefaultLife = TimeSpan.FromDays(7);

    private readonly Lock _gate = new();
    private readonly SortedDictionary<(string Account, string Name), MemoryQueue> _queues = [];

    /// <summary>Raised when a queue has a message to receive that it had not before. Outside the lock.</summary>
    public event Action<string, string>? MessageVisible;

    /// <summary>Gets when the next hidden message appears in any queue, or <see langword="null"/>.</summary>
    public DateTimeOffset? NextVisibleAt
    {
        get
        {
            lock (_gate)
            {
                return _queues.Values.Min(queue => queue.NextVisibleAt);
            }
        }
    }

    public (string Operation, string Resource) Describe(StorageRequest request)
    {
        var parts = request.Path.Split('/', 3);
        var operation = (request.Method.Method, parts) switch
        {
            (_, [""]) => request.Query("comp") == "list" ? "ListQueues" : "ServiceProperties",
            ("PUT", [_]) => request.Query("comp") == "metadata" ? "SetQueueMetadata" : "CreateQueue",
            ("DELETE", [_]) => "DeleteQueue",
            (_, [_]) => "GetQueueProperties",
            ("POST", [_, "messages"]) => "PutMessage",
            ("GET", [_, "messages"]) => request.Query("peekonly") == "true" ? "PeekMessages" : "GetMessages",
            ("DELETE", [_, "messages"]) => "ClearMessages",
            ("DELETE", [_, "messages", _]) => "DeleteMessage",
            ("PUT", [_, "messages", _]) => "UpdateMessage",
            _ => "Unknown",
        };
        return (operation, parts[0]);
    }

    public StorageResponse Handle(StorageRequest request, string operation, string resource, Action<StorageResponse> done)
    {
        lock (_gate)
        {
            var response = Handle(request, operation, (request.Account, resource));
            done(response);
            return response;
        }
    }

    public void Announce(StorageRequest request, string operation, string resource)
    {
        if (operation is "PutMessage" or "UpdateMessage" && HasVisible(request.Account, resource))
        {
            MessageVisible?.Invoke(request.Account, resource);
        }
    }

    public StorageResponse Refuse(StorageError error) => error.ToXml();

    /// <summary>Lists the messages of a queue that have not expired, hidden ones too; none for an unknown queue.</summary>
    public IReadOnlyList<MemoryMessage> Messages(string account, string name)
    {
        lock (_gate)
        {
            return _queues.TryGetValue((account, name), out var queue) ? queue.All() : [];
        }
    }

    public bool HasVisible(string account, string name)
    {
        lock (_gate)
        {
            return _queues.TryGetValue((account, name), out var queue) && queue.HasVisible;
        }
    }

    private StorageResponse Handle(StorageRequest request, string operation, (string Account, string Name) key) => operation switch
    {
        "ListQueues" => List(request),
        "ServiceProperties" => StorageResponse.Xml(200, new XElement("StorageServiceProperties")),
        "CreateQueue" => Create(request, key),
        "DeleteQueue" => Delete(key),
        "GetQueueProperties" => Properties(Find(key)),
        "SetQueueMetadata" => SetMetadata(request, Find(key)),
        "PutMessage" => Put(request, Find(key)),
        "GetMessages" => Messages(Find(key).Get(Count(request), Visibility(request, TimeSpan.FromSeconds(30), min: 1)), isReceived: true, isPeeked: false),
        "PeekMessages" => Messages(Find(key).Peek(Count(request)), isReceived: false, isPeeked: true),
        "ClearMessages" => Clear(Find(key)),
        "DeleteMessage" => DeleteMessage(request, Find(key)),
        "UpdateMessage" => Update(request, Find(key)),
        _ => throw StorageError.NotThere($"{request.Method} {request.Path}"),
    };

    private StorageResponse List(StorageRequest request)
    {
        var prefix = request.Query("prefix") ?? string.Empty;
        var marker = request.Query("marker") ?? string.Empty;
        var max = request.QueryNumber("maxresults") ?? 5000;
        var found = _queues
            .Where(entry => entry.Key.Account == request.Account && entry.Key.Name.StartsWith(prefix, StringComparison.Ordinal))
            .Where(entry => string.CompareOrdinal(entry.Key.Name, marker) >= 0)
            .Take(max + 1)
            .ToList();
        return StorageResponse.Xml(200, new XElement(
            "EnumerationResults",
            new XElement("Prefix", prefix),
            new XElement("MaxResults", max),
            new XElement("Queues", found.Take(max).Select(entry => new XElement(
                "Queue",
                new XElement("Name", entry.Key.Name),
                new XElement("Metadata", entry.Value.Metadata.Select(pair => new XElement(pair.Key, pair.Value)))))),
            new XElement("NextMarker", found.Count > max ? found[max].Key.Name : string.Empty)));
    }

    private StorageResponse Create(StorageRequest request, (string Account, string Name) key)
    {
        if (key.Name.Length is < 3 or > 63 || !key.Name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-'))
        {
            throw new StorageError(400, "InvalidResourceName", "The specified resource name contains invalid characters.");
        }

        var metadata = request.Metadata();
        if (!_queues.TryGetValue(key, out var found))
        {
            _queues.Add(key, new MemoryQueue(clock, metadata, queue => OnTick(key, queue)));
            return new StorageResponse(201);
        }

        return found.Metadata.Count == metadata.Count && !found.Metadata.Except(metadata).Any()
            ? new StorageResponse(204)
            : throw new StorageError(409, "QueueAlreadyExists", "The specified queue already exists.");
    }

    private StorageResponse Delete((string Account, string Name) key)
    {
        Find(key).Dispose();
        _queues.Remove(key);
        return new StorageResponse(204);
    }

    private static StorageResponse Properties(MemoryQueue queue) => new StorageResponse(200)
        .With("x-ms-approximate-messages-count", queue.All().Count.ToString(CultureInfo.InvariantCulture))
        .WithMetadata(queue.Metadata);

    private static StorageResponse SetMetadata(StorageRequest request, MemoryQueue queue)
    {
        queue.Metadata = request.Metadata();
        return new StorageResponse(204);
    }

    private static StorageResponse Put(StorageRequest request, MemoryQueue queue)
    {
        TimeSpan? life = request.QueryNumber("messagettl") switch
        {
            null => DefaultLife,
            -1 => null,
            > 0 and var seconds => TimeSpan.FromSeconds(seconds),
            _ => throw StorageError.OutOfRange("messagettl"),
        };
        return Messages([queue.Put(Text(request), Visibility(request, TimeSpan.Zero), life)], isReceived: false, isPeeked: false, status: 201);
    }

    private static StorageResponse Clear(MemoryQueue queue)
    {
        queue.Clear();
        return new StorageResponse(204);
    }

    private static StorageResponse DeleteMessage(StorageRequest request, MemoryQueue queue)
    {
        queue.Delete(request.Path.Split('/')[2], request.Query("popreceipt"));
        return new StorageResponse(204);
    }

    private static StorageResponse Update(StorageRequest request, MemoryQueue queue)
    {
        var message = queue.Update(
            request.Path.Split('/')[2],
            request.Query("popreceipt"),
            Visibility(request, TimeSpan.Zero),
            request.Body.Length == 0 ? null : Text(request));
        return new StorageResponse(204).With("x-ms-popreceipt", message.PopReceipt).With("x-ms-time-next-visible", message.VisibleAt);
    }

    private static string Text(StorageRequest request)
    {
        var text = XDocument.Load(new MemoryStream(request.Body), LoadOptions.PreserveWhitespace).Root?.Element("MessageText")?.Value ?? string.Empty;
        return System.Text.Encoding.UTF8.GetByteCount(text) <= BodyLimit
            ? text
            : throw new StorageError(413, "RequestBodyTooLarge", "The request body is too large and exceeds the maximum permissible limit.");
    }

    private static int Count(StorageRequest request) =>
        request.QueryNumber("numofmessages") is not { } count ? 1 : count is >= 1 and <= 32 ? count : throw StorageError.OutOfRange("numofmessages");

    private static TimeSpan Visibility(StorageRequest request, TimeSpan absent, int min = 0) => request.QueryNumber("visibilitytimeout") is not { } seconds
        ? absent
        : seconds >= min && seconds <= TimeSpan.FromDays(7).TotalSeconds ? TimeSpan.FromSeconds(seconds) : throw StorageError.OutOfRange("visibilitytimeout");

    private static StorageResponse Messages(IEnumerable<MemoryMessage> messages, bool isReceived, bool isPeeked, int status = 200) =>
        StorageResponse.Xml(status, new XElement("QueueMessagesList", messages.Select(message => new XElement(
            "QueueMessage",
            new XElement("MessageId", message.Id),
            new XElement("InsertionTime", Date(message.InsertedAt)),
            new XElement("ExpirationTime", Date(message.ExpiresAt)),
            isPeeked ? null : new XElement("PopReceipt", message.PopReceipt),
            isPeeked ? null : new XElement("TimeNextVisible", Date(message.VisibleAt)),
            isPeeked || isReceived ? new XElement("DequeueCount", message.DequeueCount) : null,
            isPeeked || isReceived ? new XElement("MessageText", message.Text) : null))));

    private static string Date(DateTimeOffset at) => at.ToString("R", CultureInfo.InvariantCulture);

    private MemoryQueue Find((string Account, string Name) key) =>
        _queues.GetValueOrDefault(key) ?? throw new StorageError(404, "QueueNotFound", "The specified queue does not exist.");

    private void OnTick((string Account, string Name) key, MemoryQueue queue)
    {
        bool isVisible;
        lock (_gate)
        {
            queue.Rearm();
            isVisible = queue.HasVisible;
        }

        if (isVisible)
        {
            MessageVisible?.Invoke(key.Account, key.Name);
        }
    }
}
