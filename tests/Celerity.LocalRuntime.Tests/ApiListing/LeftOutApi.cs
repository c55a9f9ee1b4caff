namespace Celerity.LocalRuntime.Tests.ApiListing;

/// <summary>
/// What of the official API the runtime leaves out, with the reasons, in <c>left-out.txt</c>: a line is the full name of a type, with all
/// its members, or of a member, or the signature of one overload; a line that starts with <c>#</c> is the reason for those that follow.
/// </summary>
internal sealed class LeftOutApi
{
    public const string FileName = "left-out.txt";

    private LeftOutApi(IReadOnlyList<string> entries) => Entries = entries;

    public IReadOnlyList<string> Entries { get; }

    public static LeftOutApi Read()
    {
        var lines = File.ReadAllLines(Path.Combine(OfficialApi.Folder(), FileName)).Select(line => line.Trim()).Where(line => line.Length > 0).ToList();
        return lines[0].StartsWith('#')
            ? new LeftOutApi([.. lines.Where(line => line[0] != '#')])
            : throw new FormatException($"{FileName} starts with an entry that has no reason.");
    }

    /// <summary>Tells whether an entry stands for a signature of the listing.</summary>
    public static bool IsFor(string entry, string signature) => entry == signature || (!entry.Contains(' ') && Names(entry, signature));

    // The type's own line, one of its members', or one of a type in it; a return type or parameter does not count.
    private static bool Names(string type, string signature)
    {
        var name = signature.Split('(')[0].Split(" { ")[0].Split(" = ")[0].Split(" : ")[0].Split(" where ")[0];
        var own = name[StartOfLastWord(name)..];
        return own == type || own.StartsWith($"{type}.", StringComparison.Ordinal);
    }

    private static int StartOfLastWord(string text)
    {
        var depth = 0;
        for (var index = text.Length - 1; index >= 0; index--)
        {
            depth += text[index] switch { '>' => 1, '<' => -1, _ => 0 };
            if (depth == 0 && text[index] == ' ')
            {
                return index + 1;
            }
        }

        return 0;
    }
}
