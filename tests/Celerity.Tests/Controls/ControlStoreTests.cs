using Celerity.Controls;
using Celerity.Storage;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Controls;

/// <summary>The board, while versions of the app change.</summary>
public sealed class ControlStoreTests
{
    [Fact]
    public async Task List_EntryOfANewerVersion_IsPassedOver()
    {
        var worker = new TaskSimulation().Worker();
        await worker.GetRequiredService<IAppControl>().PauseTaskAsync("test.echo", new ActionNote("ann"));
        var row = new TableRow("controls", "Zoo:x", new Dictionary<string, object> { ["target"] = "x", ["value"] = "{}", ["at"] = TaskSimulation.Start });
        await worker.GetRequiredService<ITableStore>().TryInsertAsync(StorageNames.ControlTable, row, CancellationToken.None);

        var entry = Assert.Single(await worker.GetRequiredService<ControlStore>().ListAsync(CancellationToken.None));

        Assert.Equal(ControlKind.PauseTask, entry.Kind);
    }
}
