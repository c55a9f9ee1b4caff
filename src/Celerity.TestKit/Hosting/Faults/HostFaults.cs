namespace Celerity.TestKit.Hosting.Faults;

/// <summary>Faults to come. Each strikes a given occurrence, counted from when it was planned.</summary>
public sealed class HostFaults
{
    private readonly Lock _gate = new();
    private readonly List<PlannedFault> _planned = [];

    internal HostFaults()
    {
    }

    /// <summary>Gets the planned faults that have not struck as often as planned, in words. A test that ends with some tests less than it says.</summary>
    public IReadOnlyList<string> Pending
    {
        get
        {
            lock (_gate)
            {
                return [.. _planned.Where(fault => !fault.IsSpent).Select(fault => fault.What)];
            }
        }
    }

    /// <summary>Crashes the app's process at a point: it makes no further call, and a new one starts on the same storage and orchestrations.</summary>
    /// <param name="point">The point.</param>
    /// <param name="name">The queue, function, orchestrator or activity; any when <see langword="null"/>.</param>
    /// <param name="occurrence">Which occurrence, from 1.</param>
    public void CrashAt(FaultPoint point, string? name = null, int occurrence = 1) =>
        Plan(new PlannedFault($"crash at {point} of {name ?? "anything"}, occurrence {occurrence}", FaultKind.Crash, point.ToString(), name, occurrence, 1));

    /// <summary>Delivers a message a second time while its first delivery is worked on, as when a lease is lost.</summary>
    /// <param name="queue">The queue; any when <see langword="null"/>.</param>
    /// <param name="occurrence">Which received message, from 1.</param>
    public void DeliverTwice(string? queue = null, int occurrence = 1) =>
        Plan(new PlannedFault($"second delivery from {queue ?? "any queue"}, message {occurrence}", FaultKind.Duplicate, null, queue, occurrence, 1));

    /// <summary>Lets storage requests of the app fail.</summary>
    /// <param name="operation">One of <see cref="StorageOperations"/>; any when <see langword="null"/>.</param>
    /// <param name="name">The queue, container or table; any when <see langword="null"/>.</param>
    /// <param name="status">The HTTP status, such as 500 or 503.</param>
    /// <param name="occurrence">Which request is the first to fail, from 1.</param>
    /// <param name="times">How many fail in a row. Clients that the host supplies do not repeat a request by themselves; others may.</param>
    /// <param name="isApplied">Whether the request takes effect all the same, and only its answer is lost.</param>
    public void FailStorage(
        string? operation, string? name = null, int status = 503, int occurrence = 1, int times = 1, bool isApplied = false) =>
        Plan(new PlannedFault($"{status} for {operation ?? "any request"} on {name ?? "anything"}, occurrence {occurrence}", FaultKind.Storage, operation, name, occurrence, times)
        {
            Status = status,
            IsApplied = isApplied,
        });

    /// <summary>Lets storage requests of the app take long, by the virtual clock: whoever waits for one, waits until the clock has moved.</summary>
    /// <param name="operation">One of <see cref="StorageOperations"/>; any when <see langword="null"/>.</param>
    /// <param name="name">The queue, container or table; any when <see langword="null"/>.</param>
    /// <param name="delay">How long each takes.</param>
    /// <param name="occurrence">Which request is the first, from 1.</param>
    /// <param name="times">How many in a row.</param>
    public void SlowStorage(string? operation, string? name, TimeSpan delay, int occurrence = 1, int times = 1) =>
        Plan(new PlannedFault($"{delay} for {operation ?? "any request"} on {name ?? "anything"}, occurrence {occurrence}", FaultKind.Storage, operation, name, occurrence, times)
        {
            Delay = delay,
        });

    /// <summary>Forgets what is planned.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _planned.Clear();
        }
    }

    /// <summary>Counts an occurrence in every plan, and returns the first fault that strikes it.</summary>
    internal PlannedFault? Take(FaultKind kind, string place, string name)
    {
        lock (_gate)
        {
            PlannedFault? struck = null;
            foreach (var fault in _planned)
            {
                struck = fault.Strikes(kind, place, name) ? struck ?? fault : struck;
            }

            return struck;
        }
    }

    private void Plan(PlannedFault fault)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fault.First, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(fault.Times, 1);
        lock (_gate)
        {
            _planned.Add(fault);
        }
    }
}
