namespace Celerity.TestKit.Hosting.Storage.Tables;

/// <summary>The tables of one account. Names are the same in any case.</summary>
internal sealed class MemoryTables
{
    private SortedDictionary<string, MemoryTable> _tables = new(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<string> Names => _tables.Keys;

    public void Create(string name)
    {
        if (name.Length is < 3 or > 63 || !char.IsAsciiLetter(name[0]) || !name.All(char.IsAsciiLetterOrDigit))
        {
            throw new StorageError(400, "InvalidResourceName", "The specified resource name contains invalid characters.");
        }

        if (!_tables.TryAdd(name, new MemoryTable()))
        {
            throw new StorageError(409, "TableAlreadyExists", "The table specified already exists.");
        }
    }

    public void Delete(string name)
    {
        if (!_tables.Remove(name))
        {
            throw new StorageError(404, "ResourceNotFound", "The specified resource does not exist.");
        }
    }

    public MemoryTable Find(string name) =>
        _tables.GetValueOrDefault(name) ?? throw new StorageError(404, "TableNotFound", "The table specified does not exist.");

    public SortedDictionary<string, MemoryTable> Snapshot()
    {
        var copy = new SortedDictionary<string, MemoryTable>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, table) in _tables)
        {
            copy.Add(name, table.Copy());
        }

        return copy;
    }

    public void Restore(SortedDictionary<string, MemoryTable> snapshot) => _tables = snapshot;
}
