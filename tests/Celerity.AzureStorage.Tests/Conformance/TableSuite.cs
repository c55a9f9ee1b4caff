using Celerity.Storage;
using Xunit;

namespace Celerity.AzureStorage.Tests.Conformance;

/// <summary>What the suites for tables share: a table of their own for each test.</summary>
public abstract class TableSuite : IAsyncLifetime
{
    private readonly IStorageBench _bench;

    private protected TableSuite(IStorageBench bench) => _bench = bench;

    internal ITableStore Store => _bench.Tables;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected string Table { get; } = $"T{Guid.NewGuid():N}";

    public async ValueTask InitializeAsync()
    {
        await _bench.OpenAsync();
        await _bench.CreateTableAsync(Table);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    internal static TableRow Row(string rowKey, int number) => Row(rowKey, ("Number", number));

    internal static TableRow Row(string rowKey, params (string Name, object Value)[] values) =>
        new("p", rowKey, values.ToDictionary(value => value.Name, value => value.Value));

    internal static List<TableRow> Rows(int count) => Enumerable.Range(0, count).Select(at => Row($"{at:D5}", at)).ToList();

    internal async Task<List<string>> KeysAsync(TableQuery query) =>
        await Store.QueryAsync(Table, query, Token).Select(row => row.RowKey).ToListAsync(Token);
}
