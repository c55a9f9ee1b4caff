using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Tests.Http;

/// <summary>Holds a secret, and fails while the bank is closed.</summary>
[CelerityTask("http.pay", MaxAttempts = 2, BackoffSeconds = 1)]
public sealed record PaymentTask(string Order, [property: Secret] string Card);

/// <summary>What it comes to.</summary>
public sealed record Receipt(string Number, [property: Secret] string Token);

/// <summary>Whether the bank is open.</summary>
internal sealed class Bank
{
    public bool IsOpen { get; set; } = true;

    public List<PaymentTask> Paid { get; } = [];
}

/// <summary>Pays. Asks for the bank only then: other tests of this assembly have none.</summary>
internal sealed class PaymentHandler(IServiceProvider services) : ITaskHandler<PaymentTask, Receipt>
{
    public ValueTask<TaskOutcome<Receipt>> HandleAsync(PaymentTask task, TaskContext context, CancellationToken cancellationToken)
    {
        var bank = services.GetRequiredService<Bank>();
        if (!bank.IsOpen)
        {
            throw new InvalidOperationException("the bank is closed");
        }

        bank.Paid.Add(task);
        return new ValueTask<TaskOutcome<Receipt>>(TaskOutcome.CompletedWith(new Receipt("r1", "tok-4111")));
    }
}
