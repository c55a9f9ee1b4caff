using System.Globalization;
using System.Text.Json;
using Azure.Storage.Queues.Models;

namespace Celerity.LocalRuntime.Queues;

/// <summary>The trigger metadata of a message, in the form the host sends it.</summary>
internal static class QueueBindingData
{
    /// <param name="message">The message with its decoded body.</param>
    /// <param name="text">The body as text; <see langword="null"/> when it is not UTF-8.</param>
    public static IReadOnlyDictionary<string, object?> From(QueueMessage message, string? text)
    {
        var entries = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase)
        {
            ["DequeueCount"] = message.DequeueCount.ToString(CultureInfo.InvariantCulture),
            ["ExpirationTime"] = Json(message.ExpiresOn ?? DateTimeOffset.MaxValue),
            ["Id"] = message.MessageId,
            ["InsertionTime"] = Json(message.InsertedOn ?? default),
            ["NextVisibleTime"] = Json(message.NextVisibleOn ?? DateTimeOffset.MaxValue),
            ["PopReceipt"] = message.PopReceipt,
        };
        if (text is not null)
        {
            entries["QueueTrigger"] = text;
            AddProperties(entries, text);
        }

        return entries;
    }

    /// <summary>Adds the properties of a JSON object; they win over the built-in names, as on the host.</summary>
    private static void AddProperties(Dictionary<string, object?> entries, string text)
    {
        if (!text.AsSpan().TrimStart().StartsWith("{"))
        {
            return;
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Value.ValueKind is not (JsonValueKind.Array or JsonValueKind.Null))
                {
                    entries[property.Name] = property.Value.ToString();
                }
            }
        }
        catch (JsonException)
        {
            // A body that is no JSON has no properties: the function gets it as it is.
        }
    }

    private static string Json(DateTimeOffset instant) => JsonSerializer.Serialize(instant);
}
