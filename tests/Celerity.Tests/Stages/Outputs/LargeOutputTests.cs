using Celerity.Stages;
using Celerity.Stages.Outputs;
using Celerity.Storage;
using Celerity.TestKit.Faults;
using Celerity.TestKit.Storage;
using Xunit;

namespace Celerity.Tests.Stages.Outputs;

/// <summary>What is too large for one request is written in blocks, and is whole.</summary>
public sealed class LargeOutputTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pass_OfSeveralBlocks_IsOneBlobWithEachPieceInItsPlace(bool refusesLate)
    {
        var memory = new InMemoryBlobStore();
        memory.Create(StorageNames.OutputsContainer);
        var record = new FaultPlan();
        var blobs = new FaultyBlobStore(new AlteredBlobs(memory) { RefusesLate = refusesLate }, record);
        var form = OutputForm.Of(typeof(NumberRecord), DatasetFormat.Csv, "T");
        await using var pass = new PassOutput(blobs, new StageKey("r", 1, 1), 0, form);
        for (var chunk = 0; chunk < 4; chunk++)
        {
            var output = form.New();
            output.Add(new NumberRecord(chunk, new string((char)('a' + chunk), 5 * 1024 * 1024)));
            await pass.KeepAsync(chunk, output, Token);
        }

        var pieces = await pass.CloseAsync(Token);

        // 20 MiB are five blocks of 4 MiB, with the commas and line feeds a sixth.
        Assert.Equal(6, record.Calls.Count(call => call.Name == "blob.WriteBlock celerity-outputs"));
        for (var chunk = 0; chunk < 4; chunk++)
        {
            var piece = pieces[chunk];
            using var content = new StreamReader(await blobs.OpenReadAsync(StorageNames.OutputsContainer, piece.Blob, piece.Offset, piece.Length, null, Token));
            Assert.Equal($"{chunk},{new string((char)('a' + chunk), 5 * 1024 * 1024)}\n", await content.ReadToEndAsync(Token));
            Assert.Equal(pieces[3].Offset + pieces[3].Length, piece.BlobLength);
        }
    }
}
