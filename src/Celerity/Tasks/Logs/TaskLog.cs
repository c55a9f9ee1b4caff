using System.Text.Encodings.Web;
using System.Text.Json;
using Celerity.Storage;

namespace Celerity.Tasks.Logs;

/// <summary>What the attempts of a task have logged, as its row keeps it: the latest lines.</summary>
/// <param name="Lines">A JSON object a line, the oldest first.</param>
/// <param name="Dropped">How many older ones there were.</param>
internal sealed record TaskLog(string Lines, int Dropped)
{
    // A string property holds 32,768 characters.
    public const int MaxChars = 30_000;

    private const char NewLine = '\n';

    private static readonly JsonSerializerOptions Json = new(CelerityJson.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One line as it is kept.</summary>
    public static string Write(TaskLogLine line) => JsonSerializer.Serialize(line, Json);

    /// <summary>Keeps the latest of these lines; <see langword="null"/> where there were none.</summary>
    public static TaskLog? Of(IEnumerable<string> lines, int dropped)
    {
        var kept = new Queue<string>(lines);
        var chars = kept.Sum(line => line.Length + 1);
        while (chars > MaxChars)
        {
            chars -= kept.Dequeue().Length + 1;
            dropped++;
        }

        return kept.Count + dropped == 0 ? null : new TaskLog(string.Join(NewLine, kept), dropped);
    }

    /// <summary>The log of earlier attempts and that of a later one.</summary>
    public static TaskLog? Join(TaskLog? earlier, TaskLog? later) => earlier is null || later is null
        ? earlier ?? later
        : Of([.. earlier.Split(), .. later.Split()], earlier.Dropped + later.Dropped);

    public static TaskLog? From(TableRow row) => row.FindString("log") is { } lines ? new TaskLog(lines, row.GetInt32("logDropped")) : null;

    public void AddTo(Dictionary<string, object> values)
    {
        values["log"] = Lines;
        values.AddIfPresent("logDropped", Dropped == 0 ? null : Dropped);
    }

    public IReadOnlyList<TaskLogLine> Read() => [.. Split().Select(line => JsonSerializer.Deserialize<TaskLogLine>(line, Json)!)];

    private string[] Split() => Lines.Split(NewLine, StringSplitOptions.RemoveEmptyEntries);
}
