using System.Collections.Concurrent;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>Worker processes of <c>Celerity.SoakApp</c> on one storage account, and what they say has ended.</summary>
internal sealed class SoakCrew : IAsyncDisposable
{
    private const string Ended = "ended ";

    private readonly ConcurrentDictionary<string, int> _ends = new();
    private readonly List<DateTimeOffset> _kills = [];
    private readonly List<AppProcess> _workers = [];
    private readonly Func<Action<string>, AppProcess> _start;
    private readonly Lock _gate = new();
    private (int Count, TaskCompletionSource Reached) _goal = (int.MaxValue, new TaskCompletionSource());

    /// <param name="workers">How many.</param>
    /// <param name="start">Starts one; it is given what hears its lines.</param>
    public SoakCrew(int workers, Func<Action<string>, AppProcess> start)
    {
        _start = start;
        for (var worker = 0; worker < workers; worker++)
        {
            _workers.Add(start(Hear));
        }
    }

    /// <summary>Gets how often each task was said to have ended. A process that dies between storing an end and saying so says nothing.</summary>
    public IReadOnlyDictionary<string, int> Ends => _ends;

    /// <summary>Gets when processes were killed, the first kill first.</summary>
    public IReadOnlyList<DateTimeOffset> Kills => _kills;

    public string Output => string.Join("\n---\n", _workers.Select(worker => worker.Output));

    /// <summary>Waits until so many tasks are said to have ended.</summary>
    public Task WaitForEndsAsync(int count, TimeSpan patience)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _goal = (count, reached);
        }

        Check();
        return reached.Task.WaitAsync(patience);
    }

    /// <summary>Kills one, as the kernel would, and starts another in its place.</summary>
    public async Task KillAsync(int worker)
    {
        _kills.Add(TimeProvider.System.GetUtcNow());
        await _workers[worker].KillAsync();
        await _workers[worker].DisposeAsync();
        _workers[worker] = _start(Hear);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers)
        {
            await worker.DisposeAsync();
        }
    }

    private void Hear(string line)
    {
        if (line.StartsWith(Ended, StringComparison.Ordinal))
        {
            _ends.AddOrUpdate(line[Ended.Length..], 1, (_, times) => times + 1);
            Check();
        }
    }

    private void Check()
    {
        lock (_gate)
        {
            if (_ends.Count >= _goal.Count)
            {
                _goal.Reached.TrySetResult();
            }
        }
    }
}
