using Celerity.TestKit.Hosting.Faults;
using Celerity.TestKit.Hosting.Running;

namespace Celerity.TestKit.Hosting.Storage;

/// <summary>Carries the requests of storage clients to a service in memory: those of one process, with its faults, or those of the test.</summary>
/// <param name="service">The service.</param>
/// <param name="world">The world that it is in.</param>
/// <param name="process">Whose requests they are; <see langword="null"/> for the test's own, which no fault strikes.</param>
internal sealed class MemoryStorageHandler(IMemoryService service, TestWorld world, AppProcess? process) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        return await AnswerAsync(request, body, cancellationToken).ConfigureAwait(false);
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        request.Content?.CopyTo(body, context: null, cancellationToken);
        return AnswerAsync(request, body.ToArray(), cancellationToken).GetAwaiter().GetResult();
    }

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage message, byte[] body, CancellationToken cancellationToken)
    {
        var request = StorageRequest.Of(message, body);
        var (operation, resource) = service.Describe(request);
        process?.Gauge.Enter();
        try
        {
            if (process?.IsDead == true)
            {
                await AppProcess.NeverAsync().ConfigureAwait(false);
            }

            var fault = process is null ? null : world.Faults.Take(FaultKind.Storage, operation, resource);
            if (fault is not null)
            {
                world.Transcript.Add("fault", resource, string.Empty, fault.What);
                await DelayAsync(fault.Delay, $"storage {operation} {resource}", cancellationToken).ConfigureAwait(false);
            }

            var response = fault is { Status: > 0, IsApplied: false } ? Fail(fault.Status) : Answer(request, operation, resource);
            response = fault is { Status: > 0, IsApplied: true } ? Fail(fault.Status) : response;
            return response.ToMessage(message, world.Clock.GetUtcNow());
        }
        finally
        {
            process?.Gauge.Exit();
        }
    }

    private StorageResponse Answer(StorageRequest request, string operation, string resource)
    {
        try
        {
            var response = service.Handle(request, operation, resource, done => Note(request, operation, resource, done));
            service.Announce(request, operation, resource);
            return response;
        }
        catch (StorageError error)
        {
            var refusal = service.Refuse(error);
            Note(request, operation, resource, refusal);
            return refusal;
        }
    }

    // What the listeners do is told as what happens to messages; here stands what code does.
    private void Note(StorageRequest request, string operation, string resource, StorageResponse response)
    {
        if (operation == StorageOperations.PutMessage && response.Status == 201)
        {
            var delay = request.Query("visibilitytimeout") is { } seconds and not "0" ? $", visible in {TimeSpan.FromSeconds(int.Parse(seconds))}" : string.Empty;
            world.Transcript.Add("queue", resource, string.Empty, (process is null ? "sent by the test" : "sent") + delay);
        }
        else if (process is not null && service is not Queues.MemoryQueueService && request.Method != HttpMethod.Get && request.Method != HttpMethod.Head)
        {
            world.Transcript.Add("storage", request.Path, string.Empty, $"{operation}: {response.Status} {response.ErrorCode}".TrimEnd());
        }
    }

    private async Task DelayAsync(TimeSpan delay, string what, CancellationToken cancellationToken)
    {
        if (delay <= TimeSpan.Zero)
        {
            return;
        }

        var around = RunningCode.Innermost;
        var code = new RunningCode(what, holds: 1, process!.NoteChange);
        var passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.Begin(code);

        // It waits from when the timer is set until it fires, wherever this thread is meanwhile: the clock moves only between the two.
        using var timer = process.Clock.CreateTimer(_ => End(), null, delay, Timeout.InfiniteTimeSpan);
        code.CountWait(1);
        around?.CountWait(1);
        try
        {
            await passed.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            End();
            process.End(code);
        }

        void End()
        {
            if (passed.TrySetResult())
            {
                code.CountWait(-1);
                around?.CountWait(-1);
            }
        }
    }

    private StorageResponse Fail(int status) => service.Refuse(status == 503
        ? new StorageError(503, "ServerBusy", "The server is currently unable to receive requests. Please retry your request.")
        : new StorageError(status, "InternalError", "The server encountered an internal error. Please retry the request."));
}
