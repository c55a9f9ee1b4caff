namespace Celerity.LocalRuntime.Tests.ApiListing;

/// <summary>One type or member: its signature, and apart from it the attributes, whose order says nothing.</summary>
internal sealed record ApiLine(string Signature, IReadOnlySet<string> Attributes)
{
    public static ApiLine Parse(string line)
    {
        var attributes = new HashSet<string>();
        while (line.StartsWith('['))
        {
            var end = EndOfAttribute(line);
            attributes.Add(line[..end]);
            line = line[end..].TrimStart();
        }

        // An enum member has its attributes behind it.
        if (line.EndsWith(']') && line.IndexOf(" [", StringComparison.Ordinal) is var start and > 0)
        {
            attributes.Add(line[(start + 1)..]);
            line = line[..start];
        }

        return new(SortBases(line), attributes);
    }

    /// <summary>Sorts what follows the colon of a type: reflection does not keep the order of interfaces.</summary>
    public static string SortBases(string signature)
    {
        var where = signature.IndexOf(" where ", StringComparison.Ordinal);
        var (head, constraints) = where < 0 ? (signature, "") : (signature[..where], signature[where..]);
        var colon = head.IndexOf(" : ", StringComparison.Ordinal);
        if (colon < 0 || head.Contains('('))
        {
            return signature;
        }

        var bases = SplitTopLevel(head[(colon + 3)..]).Order(StringComparer.Ordinal);
        return $"{head[..colon]} : {string.Join(", ", bases)}{constraints}";
    }

    private static int EndOfAttribute(string line)
    {
        var depth = 0;
        var quoted = false;
        for (var index = 0; index < line.Length; index++)
        {
            quoted ^= line[index] == '"';
            depth += quoted ? 0 : line[index] switch { '[' => 1, ']' => -1, _ => 0 };
            if (depth == 0 && !quoted)
            {
                return index + 1;
            }
        }

        throw new FormatException($"An attribute does not end: {line}");
    }

    private static IEnumerable<string> SplitTopLevel(string list)
    {
        var depth = 0;
        var start = 0;
        for (var index = 0; index < list.Length; index++)
        {
            depth += list[index] switch { '<' => 1, '>' => -1, _ => 0 };
            if (depth == 0 && list[index] == ',')
            {
                yield return list[start..index].Trim();
                start = index + 1;
            }
        }

        yield return list[start..].Trim();
    }
}
