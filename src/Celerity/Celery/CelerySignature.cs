using System.Text.Json;
using System.Text.Json.Nodes;
using Celerity.Wire;

namespace Celerity.Celery;

/// <summary>Reads Celery's signatures: calls that are to be made later, as JSON objects with <c>task</c>, <c>args</c>, <c>kwargs</c> and <c>options</c>.</summary>
internal static class CelerySignature
{
    public const string Chain = "celery.chain";
    public const string Group = "celery.group";
    public const string Chord = "celery.chord";

    // Ten years: more than a queue, a table or a person waits.
    private const double MaxSeconds = 315_576_000;

    private static readonly string[] FollowerOptions = ["link", "link_error", "chain"];

    /// <summary>Makes sure that a signature, and each one in it, can be sent.</summary>
    /// <exception cref="WireFormatException">It cannot.</exception>
    public static void Check(JsonElement signature)
    {
        _ = Read(signature, DateTimeOffset.UnixEpoch);

        // A member given twice is found out only when the object is taken apart.
        foreach (var part in new[] { signature, Options(signature), FindObject(signature, "kwargs") })
        {
            _ = part is { } json ? JsonObject.Create(json)!.Count : 0;
        }

        foreach (var name in FollowerOptions)
        {
            CheckAll(Options(signature)?.FindSignatures(name) ?? []);
        }

        // What follows a group would start when its first task has ended; Celery's own clients make a chord of that.
        if (EndsInGroup(signature) && FollowerOptions.Any(name => name != "link_error" && Options(signature)?.FindSignatures(name).Count > 0))
        {
            throw GoesOnBehindGroup();
        }

        if (Options(signature)?.Find("chord") is { } callback)
        {
            Check(callback);
        }

        switch (NameOf(signature))
        {
            case Chain when TasksOf(signature).SkipLast(1).Any(EndsInGroup):
                throw GoesOnBehindGroup();
            case Chain or Group:
                CheckAll(TasksOf(signature));
                break;
            case Chord:
                CheckAll(HeaderOf(signature));
                Check(BodyOf(signature));
                _ = HeaderOf(signature).SelectMany(EndsOf).Select(id => id ?? throw Fault("a task of a chord has no 'task_id'")).ToList();
                break;
        }
    }

    /// <summary>Reads a signature as the call it makes by itself. Its id is empty where it names none.</summary>
    /// <param name="signature">The signature.</param>
    /// <param name="now">What countdowns count from.</param>
    /// <exception cref="WireFormatException">It is none.</exception>
    public static CeleryTask Read(JsonElement signature, DateTimeOffset now)
    {
        var options = Options(signature);
        return new CeleryTask
        {
            Id = FindId(options) ?? "",
            Name = NameOf(signature),
            Args = FindArray(signature, "args"),
            Kwargs = FindObject(signature, "kwargs"),
            Retries = options?.FindRetries() ?? 0,
            Eta = now + options?.FindSeconds("countdown") ?? options?.FindTime("eta"),
            ExpiresAt = options?.Find("expires") is { ValueKind: JsonValueKind.Number } ? now + options.Value.FindSeconds("expires") : options?.FindTime("expires"),
            TimeLimit = options?.FindSeconds("time_limit"),
            SoftTimeLimit = options?.FindSeconds("soft_time_limit"),
            Queue = options?.FindString("queue"),
            Headers = options is { } found ? TextsOf(FindObject(found, "headers")) : new Dictionary<string, string>(),
            Terms = new CeleryTerms
            {
                Callbacks = options?.FindSignatures("link") ?? [],
                Errbacks = options?.FindSignatures("link_error") ?? [],
                Chain = options?.FindSignatures("chain") ?? [],
                Chord = options?.Find("chord")?.Clone(),
                Group = options?.FindString("group_id"),
                IgnoresResult = options?.FindFlag("ignore_result") ?? false,
            },
        };
    }

    public static bool IsImmutable(JsonElement signature) => signature.FindFlag("immutable");

    /// <summary>Whether several tasks are its end, so that nothing can follow them.</summary>
    public static bool EndsInGroup(JsonElement signature) => NameOf(signature) switch
    {
        Group => true,
        Chain => TasksOf(signature) is [.., var last] && EndsInGroup(last),
        Chord => EndsInGroup(BodyOf(signature)),
        _ => false,
    };

    /// <summary>Gets the tasks of a chain, the first first, or of a group.</summary>
    public static IReadOnlyList<JsonElement> TasksOf(JsonElement signature) => FindObject(signature, "kwargs") is { } kwargs ? FindArray(kwargs, "tasks") : [];

    /// <summary>Gets the tasks that a chord waits for.</summary>
    public static IReadOnlyList<JsonElement> HeaderOf(JsonElement signature) => FindObject(signature, "kwargs")?.Find("header") switch
    {
        { ValueKind: JsonValueKind.Object } group when NameOf(group) == Group => TasksOf(group),
        { ValueKind: JsonValueKind.Array } tasks => [.. tasks.EnumerateArray().Select(task => task.Clone())],
        _ => throw Fault("a chord has no 'header' that is a group"),
    };

    public static JsonElement BodyOf(JsonElement signature) =>
        FindObject(signature, "kwargs")?.Find("body")?.Clone() ?? throw Fault("a chord has no 'body'");

    /// <summary>Gets the ids of the tasks whose ends are the signature's end; <see langword="null"/> of one that names none.</summary>
    public static IEnumerable<string?> EndsOf(JsonElement signature) => NameOf(signature) switch
    {
        Chain => TasksOf(signature) is [.., var last] ? EndsOf(last) : [],
        Group => TasksOf(signature).SelectMany(EndsOf),
        Chord => EndsOf(BodyOf(signature)),
        _ => [FindId(Options(signature))],
    };

    /// <summary>Makes the same signature with more in one of its options that are lists.</summary>
    public static JsonElement With(JsonElement signature, string option, IReadOnlyList<JsonElement> more)
    {
        if (more.Count == 0)
        {
            return signature;
        }

        var changed = JsonObject.Create(signature)!;
        var options = (JsonObject?)changed["options"]?.DeepClone() ?? [];
        options[option] = new JsonArray([.. (Options(signature)?.FindSignatures(option) ?? []).Concat(more).Select(item => JsonNode.Parse(item.GetRawText()))]);
        changed["options"] = options;
        return JsonSerializer.SerializeToElement(changed);
    }

    /// <summary>Reads a list of signatures; a lone one is a list of one.</summary>
    public static IReadOnlyList<JsonElement> FindSignatures(this JsonElement json, string name) => json.Find(name) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(item => item.Clone())],
        { ValueKind: JsonValueKind.Object } lone => [lone.Clone()],
        { } value => throw Fault($"its '{name}' is {JsonFields.Kind(value)}, not a list of signatures"),
    };

    /// <summary>Reads a number of seconds, above 0.</summary>
    public static TimeSpan? FindSeconds(this JsonElement json, string name) => json.Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetDouble(out var seconds) && seconds is > 0 and <= MaxSeconds => TimeSpan.FromSeconds(seconds),
        { ValueKind: JsonValueKind.Number } value when value.TryGetDouble(out var seconds) && seconds <= 0 && name == "countdown" => null,
        { } value => throw Fault($"its '{name}' is {JsonFields.Kind(value)}, not a number of seconds above 0 and up to {MaxSeconds:N0}"),
    };

    /// <summary>Reads how often a task has been tried before.</summary>
    public static int FindRetries(this JsonElement json)
    {
        const int MaxRetries = 1_000_000;
        return json.FindCount("retries", 0, 0) is <= MaxRetries and var retries ? retries : throw Fault($"its 'retries' is above {MaxRetries:N0}");
    }

    /// <summary>Reads an object of texts, as headers are; what is no text is kept as JSON.</summary>
    public static IReadOnlyDictionary<string, string> TextsOf(JsonElement? json) => json is not { } texts
        ? new Dictionary<string, string>()
        : texts.EnumerateObject()
            .Where(text => text.Value.ValueKind != JsonValueKind.Null)
            .GroupBy(text => text.Name, StringComparer.Ordinal)
            .ToDictionary(
                text => text.Key,
                text => text.Last().Value is { ValueKind: JsonValueKind.String } value ? value.GetString()! : text.Last().Value.GetRawText());

    public static IReadOnlyList<JsonElement> FindArray(JsonElement json, string name) => json.Find(name) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } array => [.. array.EnumerateArray().Select(item => item.Clone())],
        { } value => throw Fault($"its '{name}' are {JsonFields.Kind(value)}, not an array"),
    };

    public static JsonElement? FindObject(JsonElement json, string name) => json.Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } found => found.Clone(),
        { } value => throw Fault($"its '{name}' are {JsonFields.Kind(value)}, not an object"),
    };

    public static WireFormatException GoesOnBehindGroup() => Fault("its chain goes on behind a group; make a chord of the group and what follows");

    public static WireFormatException Fault(string reason) => new(reason, ErrorCodes.CeleryMessage);

    private static string NameOf(JsonElement signature) => signature.ValueKind == JsonValueKind.Object && signature.FindString("task") is { Length: > 0 } task
        ? task
        : throw Fault($"a task that is to follow is {JsonFields.Kind(signature)}, not a signature with a 'task'");

    private static JsonElement? Options(JsonElement signature) => signature.ValueKind == JsonValueKind.Object ? FindObject(signature, "options") : null;

    private static string? FindId(JsonElement? options) => options?.FindString("task_id") is { Length: > TaskEnvelope.MaxIdChars } id
        ? throw Fault($"a task that is to follow has an id of {id.Length} characters; the limit is {TaskEnvelope.MaxIdChars}")
        : options?.FindString("task_id");

    private static void CheckAll(IReadOnlyList<JsonElement> signatures)
    {
        foreach (var signature in signatures)
        {
            Check(signature);
        }
    }
}
