using System.Globalization;
using System.Text;

namespace Celerity.TestKit.Hosting;

/// <summary>What happened in a test host, one entry for each happening, in order. Safe for concurrent use.</summary>
public sealed class Transcript
{
    private const int ShownTextLength = 200;

    private readonly Lock _gate = new();
    private readonly List<TranscriptEntry> _entries = [];
    private readonly TimeProvider _time;
    private readonly Action<string>? _output;

    internal Transcript(TimeProvider time, Action<string>? output)
    {
        _time = time;
        _output = output;
    }

    /// <summary>Gets a copy of the entries so far, oldest first.</summary>
    public IReadOnlyList<TranscriptEntry> Entries
    {
        get
        {
            lock (_gate)
            {
                return [.. _entries];
            }
        }
    }

    /// <summary>Writes the entries, a line for each.</summary>
    /// <returns>The text; empty when nothing has happened.</returns>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var entry in Entries)
        {
            text.Append(entry).AppendLine();
        }

        return text.ToString();
    }

    internal void Add(string kind, string name, string id, string what)
    {
        var entry = new TranscriptEntry(_time.GetUtcNow(), kind, name, id, Short(what));
        lock (_gate)
        {
            _entries.Add(entry);
            _output?.Invoke(entry.ToString());
        }
    }

    private static string Short(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= ShownTextLength ? line : string.Concat(line.AsSpan(0, ShownTextLength), "…");
    }
}

/// <summary>One happening in a test host.</summary>
/// <param name="At">The virtual time.</param>
/// <param name="Kind">What it is about: <c>host</c>, <c>clock</c>, <c>queue</c>, <c>function</c>, <c>http</c>, <c>durable</c>, <c>storage</c>, <c>fault</c> or <c>log</c>.</param>
/// <param name="Name">The queue, function, orchestrator, path or log category.</param>
/// <param name="Id">The message, invocation or instance; empty where there is none.</param>
/// <param name="What">What happened, in words, on one line.</param>
public sealed record TranscriptEntry(DateTimeOffset At, string Kind, string Name, string Id, string What)
{
    private const int ShownIdLength = 8;

    /// <summary>Writes the entry as a line; an id that is a GUID is cut to its first 8 characters.</summary>
    /// <returns>The line, without an end.</returns>
    public override string ToString()
    {
        var id = Id.Length == 0 ? string.Empty : $" [{(Guid.TryParse(Id, out _) ? Id[..ShownIdLength] : Id)}]";
        return $"{At.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture)}  {Kind,-8} {Name}{id}: {What}";
    }
}
