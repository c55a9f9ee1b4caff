using System.Text;
using Celerity.Functions.Http;
using Celerity.Live;
using Celerity.Stages;
using Celerity.Tasks;
using Celerity.TestKit.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Celerity.Functions.Tests.Http;

public sealed class LiveStreamResultTests
{
    private readonly ServiceProvider _services;
    private readonly LiveStreams _streams;

    public LiveStreamResultTests()
    {
        var time = new FakeTimeProvider();
        _services = new ServiceCollection()
            .AddSingleton<TimeProvider>(time)
            .AddSingleton(new InMemoryStorage(time))
            .AddInMemoryCelerityStorage()
            .AddCelerityEngine()
            .AddCelerityStages(_ => { })
            .AddCelerityLive()
            .BuildServiceProvider();
        _streams = _services.GetRequiredService<LiveStreams>();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stream_WhoseClientIsGone_OrWhoseAppStops_EndsWithoutAFailure_AndGivesItsPlaceBack(bool stops)
    {
        using var gone = new CancellationTokenSource();
        using var stopping = new CancellationTokenSource();
        var body = new Watched();
        var http = new DefaultHttpContext { RequestServices = _services, RequestAborted = gone.Token, Response = { Body = body } };

        var running = new LiveStreamResult(_streams, stopping.Token).ExecuteAsync(http);
        await body.Written.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(1, _streams.OpenCount);
        await (stops ? stopping : gone).CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(0, _streams.OpenCount);
        Assert.StartsWith("event: live\ndata: {\"at\":", Encoding.UTF8.GetString(body.ToArray()), StringComparison.Ordinal);
    }

    private sealed class Watched : MemoryStream
    {
        private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Written => _written.Task;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await base.WriteAsync(buffer, cancellationToken);
            _written.TrySetResult();
        }
    }
}
