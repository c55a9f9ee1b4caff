using System.Text.Json;
using Celerity.Wire;

namespace Celerity.Celery;

/// <summary>What a Celery message says besides its task: what follows, and whom it belongs to. It travels with the task to its end.</summary>
/// <remarks>Signatures are kept as they came, checked: to send one is to read it again, and that cannot fail.</remarks>
internal sealed record CeleryTerms
{
    /// <summary>The envelope's member.</summary>
    public const string Member = "celery";

    /// <summary>Gets the signatures that follow one after the other, the last first, as Celery has them.</summary>
    public IReadOnlyList<JsonElement> Chain { get; init; } = [];

    /// <summary>Gets the signatures that are sent where the task has succeeded (<c>link</c>).</summary>
    public IReadOnlyList<JsonElement> Callbacks { get; init; } = [];

    /// <summary>Gets the signatures that are sent where it has failed for good (<c>link_error</c>).</summary>
    public IReadOnlyList<JsonElement> Errbacks { get; init; } = [];

    /// <summary>Gets the callback of the chord that the task is a part of.</summary>
    public JsonElement? Chord { get; init; }

    /// <summary>Gets the group that the task is a part of.</summary>
    public string? Group { get; init; }

    /// <summary>Gets the task that all this began with.</summary>
    public string? RootId { get; init; }

    /// <summary>Gets whether nobody waits for the result.</summary>
    public bool IgnoresResult { get; init; }

    public bool HasFollowers => Chain.Count + Callbacks.Count + Errbacks.Count > 0;

    /// <summary>Reads the third part of a message's body, or the member of an envelope; <see langword="null"/> for neither.</summary>
    /// <exception cref="WireFormatException">A signature in it could not be sent.</exception>
    public static CeleryTerms Read(JsonElement? json)
    {
        if (json is not { } parts)
        {
            return new CeleryTerms();
        }

        if (parts.ValueKind != JsonValueKind.Object)
        {
            throw CelerySignature.Fault($"what is to follow it is {JsonFields.Kind(parts)}, not an object");
        }

        // Bytes that are no UTF-8 show only when they are made text, which must not be at the end of the task.
        _ = parts.GetRawText();
        var terms = new CeleryTerms
        {
            Chain = parts.FindSignatures("chain"),
            Callbacks = parts.FindSignatures("callbacks"),
            Errbacks = parts.FindSignatures("errbacks"),
            Chord = parts.Find("chord")?.Clone(),
            Group = parts.FindString("group"),
            RootId = parts.FindString("rootId"),
            IgnoresResult = parts.FindFlag("ignoreResult"),
        };
        if (terms.Chord is { } chord)
        {
            CelerySignature.Check(chord);
        }

        foreach (var signature in terms.Chain.Concat(terms.Callbacks).Concat(terms.Errbacks))
        {
            CelerySignature.Check(signature);
        }

        return terms.Chain.Skip(1).Any(CelerySignature.EndsInGroup) ? throw CelerySignature.GoesOnBehindGroup() : terms;
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject(Member);
        WriteAll(json, "chain", Chain);
        WriteAll(json, "callbacks", Callbacks);
        WriteAll(json, "errbacks", Errbacks);
        if (Chord is { } chord)
        {
            json.WritePropertyName("chord");
            chord.WriteTo(json);
        }

        if (Group is not null)
        {
            json.WriteString("group", Group);
        }

        if (RootId is not null)
        {
            json.WriteString("rootId", RootId);
        }

        if (IgnoresResult)
        {
            json.WriteBoolean("ignoreResult", true);
        }

        json.WriteEndObject();
    }

    private static void WriteAll(Utf8JsonWriter json, string name, IReadOnlyList<JsonElement> signatures)
    {
        if (signatures.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var signature in signatures)
        {
            signature.WriteTo(json);
        }

        json.WriteEndArray();
    }
}
