using System.Collections.Concurrent;
using Celerity.Controls;
using Celerity.Holding;
using Celerity.Tasks;
using Microsoft.Extensions.Logging;

namespace Celerity.Circuits;

/// <summary>Hears how attempts end, and opens and closes circuits by it.</summary>
internal sealed partial class CircuitBreakers(
    CircuitStore circuits, CircuitRegistry registry, ControlBoard board, InstanceId instance, TimeProvider time, ILogger<CircuitBreakers> logger)
{
    private readonly ConcurrentDictionary<string, LocalBreaker> _breakers = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Counts an attempt of a task.</summary>
    public ValueTask<Hold?> CountAsync(TaskSettings settings, TaskPass pass, AttemptEnd end) => CountAsync(settings, pass.Envelope.Id, pass.Probe, end);

    /// <summary>Counts an attempt. While a circuit is closed that costs no request, until it opens.</summary>
    /// <param name="settings">What the task or stage is set to.</param>
    /// <param name="id">The task or chunk.</param>
    /// <param name="probe">The opening that it was a probe of, or <see langword="null"/>.</param>
    /// <param name="end">How the attempt ended.</param>
    /// <returns>What holds the task, where the attempt has found that what it needs is down: then it is not a failed one.</returns>
    public async ValueTask<Hold?> CountAsync(TaskSettings settings, string id, int? probe, AttemptEnd end)
    {
        if (settings.Circuit is not { } name)
        {
            return null;
        }

        var sign = AttemptSigns.Of(end);
        try
        {
            if (probe is { } opening)
            {
                await EndProbeAsync(name, opening, id, sign, end).ConfigureAwait(false);
            }
            else
            {
                await CountAsync(name, sign, end).ConfigureAwait(false);
            }

            return sign == AttemptSign.Down
                ? HoldRule.FindCircuit(name, await board.GetAsync(CancellationToken.None).ConfigureAwait(false), time.GetUtcNow())
                : null;
        }
#pragma warning disable CA1031 // The attempt has ended, and its end is to be stored whatever befalls the circuit; the next attempt tells the same.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNotCounted(logger, name, exception);
            return null;
        }
    }

    private async ValueTask CountAsync(string name, AttemptSign sign, AttemptEnd end)
    {
        var note = (await board.GetAsync(CancellationToken.None).ConfigureAwait(false)).CircuitOf(name);

        // What began before it opened, or while it is forced, says nothing new.
        if (sign == AttemptSign.None || note.Force is not null || note.IsOpen)
        {
            return;
        }

        var options = registry.OptionsOf(name);
        if (sign == AttemptSign.Down)
        {
            await OpenAsync("An attempt found that it is down").ConfigureAwait(false);
            return;
        }

        var breaker = _breakers.AddOrUpdate(
            name, _ => new LocalBreaker(note.Opening, options, time), (_, known) => known.Opening == note.Opening ? known : new LocalBreaker(note.Opening, options, time));
        if (await breaker.CountAsync(hasFailed: sign == AttemptSign.Failed).ConfigureAwait(false))
        {
            await breaker.ReportAsync(() => OpenAsync(
                FormattableString.Invariant($"At least {options.FailureRatio} of {options.MinimumThroughput} or more attempts failed within {options.SamplingDuration}"))).ConfigureAwait(false);
        }

        async ValueTask OpenAsync(string why) => _ = await circuits.ChangeAsync(
            name, note => note.Open(options, time.GetUtcNow(), By(why, end)), CancellationToken.None).ConfigureAwait(false);
    }

    private async ValueTask EndProbeAsync(string name, int opening, string task, AttemptSign sign, AttemptEnd end)
    {
        var options = registry.OptionsOf(name);
        _ = await circuits.ChangeAsync(
            name,
            note => sign switch
            {
                AttemptSign.None => note.Leave(opening, task),
                AttemptSign.Up => note.Pass(opening, task, options, time.GetUtcNow(), By("Its probes succeeded", end)),
                _ => note.Fail(opening, options, time.GetUtcNow(), By("A probe failed", end)),
            },
            CancellationToken.None).ConfigureAwait(false);
    }

    private ActionNote By(string why, AttemptEnd end) => new(instance.Value, end switch
    {
        AttemptEnd.Threw threw => $"{why}; the last failure was {threw.Exception.GetType().Name}: {threw.Exception.Message}",
        AttemptEnd.TimedOut timedOut => $"{why}; the last ran longer than {timedOut.Limit:c}.",
        _ => $"{why}.",
    });

    [LoggerMessage(2422, LogLevel.Warning, "What an attempt tells of circuit {Circuit} could not be stored; a later attempt tells it again")]
    private static partial void LogNotCounted(ILogger logger, string circuit, Exception exception);
}
