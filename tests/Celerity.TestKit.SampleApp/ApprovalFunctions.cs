using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Celerity.TestKit.SampleApp;

public sealed class ApprovalFunctions(IMailer mailer)
{
    /// <summary>Asks for an approval, reminds every second day, and gives up after a week.</summary>
    [Function("Approval")]
    public static async Task<string> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var who = context.GetInput<string>()!;
        var end = context.CurrentUtcDateTime.AddDays(7);
        var decision = context.WaitForExternalEvent<bool>("Decision");
        await context.CallActivityAsync("AskForApproval", who);
        while (true)
        {
            using var timer = new CancellationTokenSource();
            var next = context.CurrentUtcDateTime.AddDays(2);
            var pause = context.CreateTimer(next < end ? next : end, timer.Token);
            if (await Task.WhenAny(decision, pause) == decision)
            {
                timer.Cancel();
                return decision.Result ? "approved" : "declined";
            }

            if (context.CurrentUtcDateTime >= end)
            {
                return "expired";
            }

            await context.CallActivityAsync("RemindOfApproval", who);
        }
    }

    [Function("AskForApproval")]
    public Task AskAsync([ActivityTrigger] string who) => mailer.SendAsync(who, "Please approve.");

    [Function("RemindOfApproval")]
    public Task RemindAsync([ActivityTrigger] string who) => mailer.SendAsync(who, "Please do not forget to approve.");
}
