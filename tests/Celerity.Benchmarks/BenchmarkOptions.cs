using System.CommandLine;
using System.Text.Json;

namespace Celerity.Benchmarks;

/// <summary>What every benchmark's command shares.</summary>
internal static class BenchmarkOptions
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static Option<bool> JsonOutput { get; } = new("--json") { Description = "One JSON object on stdout." };

    public static Option<int> Number(string name, string description, int otherwise) =>
        new(name) { Description = description, DefaultValueFactory = _ => otherwise };

    /// <summary>Writes figures as people read them, or as JSON where that was asked for.</summary>
    public static void Write<TFigures>(this ParseResult parsed, TFigures figures, Action<TFigures> show)
    {
        if (parsed.GetValue(JsonOutput))
        {
            Console.WriteLine(JsonSerializer.Serialize(figures, Json));
        }
        else
        {
            show(figures);
        }
    }
}
