using System.Text.Json;

namespace Celerity.Compositions;

/// <summary>Waits for approvals: the row is the truth, the event a hint, and an answer that came before the question counts.</summary>
internal sealed class ApprovalAwaiter(Approvals approvals, TimeProvider time)
{
    /// <summary>Makes the next step.</summary>
    public async ValueTask<AwaitStep> StepAsync(AwaitRequest request, CancellationToken cancellationToken)
    {
        var (key, asked) = (request.Key, request.Approval!);
        Approvals.CheckName(asked.Name);
        while (true)
        {
            var known = (await approvals.ListAsync(key.Run, cancellationToken).ConfigureAwait(false)).Where(row => row.Name == asked.Name).ToList();
            var own = known.Find(row => row.Generation == key.Generation) ?? new ApprovalRow(key.Run, key.Generation, asked.Name, ApprovalState.Waiting);

            // A yes of an earlier generation still is one; a no, or none in time, is asked about again.
            var given = own.State != ApprovalState.Waiting ? own : known.FindLast(row => row.State == ApprovalState.Approved);
            if (given is not null)
            {
                return AwaitStep.Ended(new AwaitOutcome { Result = JsonSerializer.SerializeToElement(given.ToApproval(), CelerityJson.Options) });
            }

            var now = time.GetUtcNow();
            var isLate = now >= asked.DeadlineAt;
            if (!isLate && own.Waiter == key.Instance)
            {
                var step = AwaitStep.WaitOn(request, now);
                return asked.DeadlineAt - now < step.Wait ? step with { Wait = asked.DeadlineAt - now } : step;
            }

            // Whoever was faster has answered, so the next round knows.
            _ = await approvals.TryWriteAsync(
                own with { Waiter = key.Instance, DeadlineAt = asked.DeadlineAt, State = isLate ? ApprovalState.Expired : ApprovalState.Waiting, At = isLate ? now : null },
                cancellationToken).ConfigureAwait(false);
        }
    }
}
