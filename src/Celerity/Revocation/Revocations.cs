using Celerity.Runs;
using Celerity.Tasks;

namespace Celerity.Revocation;

/// <summary>The revocations as this process knows them: read again every few seconds while tasks come, one request for all of them.</summary>
internal sealed class Revocations(RevocationStore store, RunGate runs, TimeProvider time)
{
    /// <summary>How old what is known may be.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(3);

    // Rules carry their revoker's clock: what it stamped a little late must not be passed over.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ReadAllEvery = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private Dictionary<(RevocationTarget, string), DateTimeOffset> _rules = [];
    private DateTimeOffset? _readAt;
    private DateTimeOffset _readAllAt;
    private Task _reading = Task.CompletedTask;

    /// <summary>Tells why a task is revoked; <see langword="null"/> where it is not.</summary>
    public async ValueTask<string?> FindAsync(TaskPass pass, CancellationToken cancellationToken)
    {
        if (!IsFresh)
        {
            await ReadOnceAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        return Find(pass) ?? (pass.Envelope is { Group: not null, RunId: { } run } && !await runs.IsWantedAsync(run, cancellationToken).ConfigureAwait(false)
            ? $"The run {run} that waited for it has ended or was cancelled."
            : null);
    }

    /// <summary>Counts a rule at once in this process.</summary>
    public void Add(RevocationRule rule)
    {
        lock (_gate)
        {
            _rules = With(_rules, [rule]);
        }
    }

    private bool IsFresh
    {
        get
        {
            lock (_gate)
            {
                return _readAt is { } at && time.GetUtcNow() - at < MaxAge;
            }
        }
    }

    private string? Find(TaskPass pass)
    {
        var rules = Volatile.Read(ref _rules);
        if (rules.Count == 0)
        {
            return null;
        }

        var (envelope, sentAt) = (pass.Envelope, TaskPass.SentAtOf(pass.Envelope));
        if (rules.TryGetValue((RevocationTarget.Id, envelope.Id), out var at))
        {
            return $"It was revoked at {at:O}.";
        }

        return Until(RevocationTarget.Task, envelope.Task.ToLowerInvariant(), "by its name")
            ?? Until(RevocationTarget.Queue, pass.Queue, "with its queue")
            ?? envelope.Tags.Select(tag => Until(RevocationTarget.Tag, tag, $"by its tag '{tag}'")).FirstOrDefault(found => found is not null);

        string? Until(RevocationTarget target, string value, string how) =>
            rules.TryGetValue((target, value), out var at) && (sentAt is null || sentAt <= at) ? $"It was revoked {how}, at {at:O}." : null;
    }

    // Who comes while it is read waits for that reading.
    private Task ReadOnceAsync()
    {
        lock (_gate)
        {
            return _reading = _reading.IsCompleted ? ReadAsync() : _reading;
        }
    }

    private async Task ReadAsync()
    {
        var now = time.GetUtcNow();
        var readsAll = _readAt is null || now - _readAllAt >= ReadAllEvery;
        var found = new List<RevocationRule>();
        await foreach (var rule in store.ListAsync(readsAll ? null : _readAt - ClockSkew, CancellationToken.None).ConfigureAwait(false))
        {
            found.Add(rule);
        }

        lock (_gate)
        {
            _readAt = now;
            _readAllAt = readsAll ? now : _readAllAt;
            _rules = found.Count == 0 ? _rules : With(_rules, found);
        }
    }

    // A copy: readers take no lock.
    private static Dictionary<(RevocationTarget, string), DateTimeOffset> With(
        Dictionary<(RevocationTarget, string), DateTimeOffset> rules, IEnumerable<RevocationRule> added)
    {
        var next = new Dictionary<(RevocationTarget, string), DateTimeOffset>(rules);
        foreach (var rule in added)
        {
            var key = (rule.Target, rule.Target == RevocationTarget.Task ? rule.Value.ToLowerInvariant() : rule.Value);
            next[key] = next.TryGetValue(key, out var at) && at > rule.At ? at : rule.At;
        }

        return next;
    }
}
