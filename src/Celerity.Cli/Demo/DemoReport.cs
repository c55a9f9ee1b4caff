using System.Text.Json;
using Celerity.Cli.Runs;

namespace Celerity.Cli.Demo;

/// <summary>The demo's outcome for machines: one JSON object on one line.</summary>
internal static class DemoReport
{
    public static string Write(RunStatus status, FlightFigures figures)
    {
        using var content = new MemoryStream();
        using (var json = new Utf8JsonWriter(content))
        {
            json.WriteStartObject();
            json.WriteString("run", status.Id);
            json.WriteString("state", status.State);
            json.WritePropertyName("result");
            // As the app wrote it, to the byte: two runs may be compared as text.
            json.WriteRawValue(status.Result?.GetRawText() ?? "null");
            json.WritePropertyName("figures");
            JsonSerializer.Serialize(json, figures, JsonSerializerOptions.Web);
            json.WritePropertyName("failures");
            JsonSerializer.Serialize(json, status.Failures, JsonSerializerOptions.Web);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(content.ToArray());
    }
}
