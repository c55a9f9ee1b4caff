using Microsoft.Azure.Functions.Worker;

namespace Celerity.TestKit.SampleApp;

public sealed class MaintenanceFunctions(IMailer mailer, TimeProvider time)
{
    [Function("Cleanup")]
    public Task CleanUpAsync([TimerTrigger("%CleanupSchedule%")] TimerInfo timer) => mailer.SendAsync("admin", $"Cleaned up at {time.GetUtcNow():u}, past due: {timer.IsPastDue}.");

    [Function("Import")]
    public static Task ImportAsync([QueueTrigger("imports")] string file) => throw new InvalidDataException($"{file} cannot be read.");

    [Function("Slow")]
    public async Task WaitAsync([QueueTrigger("slow")] string minutes, FunctionContext context)
    {
        await Task.Delay(TimeSpan.FromMinutes(int.Parse(minutes)), time, context.CancellationToken);
        await mailer.SendAsync("admin", $"Waited {minutes} minutes.");
    }
}
