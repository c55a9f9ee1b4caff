using Celerity.Storage;
using Celerity.Tasks;
using Microsoft.Extensions.Logging;

namespace Celerity.Observing;

/// <summary>Stores how far an attempt is: the latest word, every few seconds, however often the handler speaks.</summary>
/// <remarks>A row of its own beside the control row, whose version is the claim's. Only a hint: a write that fails is logged and made up for by the next.</remarks>
internal sealed partial class AttemptProgress(TaskPass pass, ITableStore tables, TaskObservers observers, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private (double? Fraction, string? Message) _latest;
    private bool _hasNews;
    private bool _isOver;
    private ITimer? _timer;
    private Task _writing = Task.CompletedTask;
    private string? _etag;

    public void Report(double fraction, string? message) => Say((fraction, message));

    /// <summary>Says that the attempt lives, with what it has said before.</summary>
    public void Heartbeat() => Say(null);

    /// <summary>Ends the storing; what has not been stored is superseded by the attempt's end.</summary>
    public async ValueTask DisposeAsync()
    {
        Task writing;
        lock (_gate)
        {
            _isOver = true;
            _timer?.Dispose();
            writing = _writing;
        }

        await writing.ConfigureAwait(false);
    }

    private void Say((double? Fraction, string? Message)? word)
    {
        lock (_gate)
        {
            _latest = word ?? _latest;
            _hasNews = true;
            Arm();
        }
    }

    private void Arm()
    {
        if (!_isOver && _timer is null)
        {
            _timer = time.CreateTimer(_ => Begin(), state: null, Interval, Timeout.InfiniteTimeSpan);
        }
    }

    private void Begin()
    {
        lock (_gate)
        {
            if (!_isOver)
            {
                _hasNews = false;
                _writing = WriteAsync(_writing, _latest.Fraction, _latest.Message);
            }
        }
    }

    private async Task WriteAsync(Task before, double? fraction, string? message)
    {
        await before.ConfigureAwait(false);
        var now = time.GetUtcNow();
        try
        {
            await StoreAsync(fraction, message, now).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Progress is a hint: that it could not be stored must not fail the task.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNotStored(logger, pass.Envelope.Task, pass.Envelope.Id, exception);
        }

        lock (_gate)
        {
            _timer?.Dispose();
            _timer = null;
            if (_hasNews)
            {
                Arm();
            }
        }

        if (fraction is not null && !observers.IsEmpty)
        {
            await observers.TellAsync(pass.Event(TaskEventKind.Progress, now) with { Progress = fraction, Reason = message }).ConfigureAwait(false);
        }
    }

    private async ValueTask StoreAsync(double? fraction, string? message, DateTimeOffset now)
    {
        var key = TaskKeys.ProgressOf(pass.Envelope.Id);
        var values = new Dictionary<string, object> { ["attempt"] = pass.Row.Attempt, ["at"] = now };
        if (fraction is { } known)
        {
            values["fraction"] = known;
        }

        values.AddIfPresent("message", message);
        var row = new TableRow(key.PartitionKey, key.RowKey, values);
        var etag = _etag is null
            ? await tables.TryInsertAsync(key.Table, row, CancellationToken.None).ConfigureAwait(false)
            : await tables.TryReplaceAsync(key.Table, row, _etag, CancellationToken.None).ConfigureAwait(false);
        if (etag is null
            && await tables.FindAsync(key.Table, key.PartitionKey, key.RowKey, CancellationToken.None).ConfigureAwait(false) is { } found
            && found.GetInt32("attempt") <= pass.Row.Attempt)
        {
            etag = await tables.TryReplaceAsync(key.Table, row, found.ETag, CancellationToken.None).ConfigureAwait(false);
        }

        _etag = etag;
    }

    [LoggerMessage(2041, LogLevel.Warning, "The progress of task {Task} {Id} could not be stored")]
    private static partial void LogNotStored(ILogger logger, string task, string id, Exception exception);
}
