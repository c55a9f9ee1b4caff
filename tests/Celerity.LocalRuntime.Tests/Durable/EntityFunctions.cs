using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;

#pragma warning disable CA1822 // Written as users write functions.
namespace Celerity.LocalRuntime.Tests.Durable;

/// <summary>A function app with entities in all forms: a class, a class that is its own function, a state, a delegate.</summary>
public sealed class EntityFunctions
{
    [Function("Account")]
    public static Task RunAccount([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<Account>();

    [Function("BasketFunction")]
    public static Task RunBasket([EntityTrigger(EntityName = "Basket")] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<Basket>();

    [Function("Meter")]
    public static Task RunMeter([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync(async operation =>
    {
        await Task.Yield();
        switch (operation.Name.ToUpperInvariant())
        {
            case "ADD":
                operation.State.SetState(operation.State.GetState(100) + operation.GetInput<int>());
                return null;
            case "RESET":
                operation.State.SetState(null);
                return null;
            default:
                return operation.State.HasState ? operation.State.GetState<int>() : -1;
        }
    });

    [Function("Idle")]
    public static void RunIdle([EntityTrigger] TaskEntityDispatcher dispatcher) => _ = dispatcher;

    [Function("Broken")]
    public static async Task RunBroken([EntityTrigger] TaskEntityDispatcher dispatcher)
    {
        await dispatcher.DispatchAsync<Basket>();
        throw new TimeoutException("after the batch");
    }

    [Function("Shop")]
    public static async Task<string> Shop([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var account = new EntityInstanceId("Account", context.InstanceId);
        var basket = new EntityInstanceId("Basket", context.InstanceId);
        var meter = new EntityInstanceId("Meter", context.InstanceId);
        await context.Entities.SignalEntityAsync(meter, "add", 1);
        await context.Entities.CallEntityAsync(account, "Deposit", 10m);
        await context.Entities.CallEntityAsync(basket, "Add", "apple");
        await using (await context.Entities.LockEntitiesAsync(account, basket))
        {
            var items = await context.Entities.CallEntityAsync<int>(basket, "CountItems");
            var left = await context.Entities.CallEntityAsync<decimal>(account, "Withdraw", 4m * items);
            context.SetCustomStatus(left);
        }

        return $"metered {await context.Entities.CallEntityAsync<int>(meter, "get")}";
    }

    [Function("CallOne")]
    public static async Task<string> CallOne([OrchestrationTrigger] TaskOrchestrationContext context, string id)
    {
        try
        {
            return $"{await context.Entities.CallEntityAsync<int>(EntityInstanceId.FromString(id), "get")}";
        }
        catch (EntityOperationFailedException failed)
        {
            return failed.FailureDetails.ToString();
        }
    }

    [Function("ReadAccount")]
    public static async Task<HttpResponseData> ReadAccount(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "account/{key}")] HttpRequestData request, [DurableClient] DurableTaskClient client, string key)
    {
        var entity = await client.Entities.GetEntityAsync<Account.Balance>(new EntityInstanceId("Account", key));
        var response = request.CreateResponse(entity is null ? HttpStatusCode.NotFound : HttpStatusCode.OK);
        await response.WriteAsJsonAsync(entity?.State);
        return response;
    }

    public sealed class Account(Bank bank) : TaskEntity<Account.Balance>
    {
        public decimal Deposit(decimal amount) => State!.Amount += amount + bank.Bonus;

        public decimal Withdraw(decimal amount, TaskEntityContext context) => amount > State!.Amount
            ? throw new InvalidOperationException($"{context.Id.Key} has {State.Amount} only")
            : State.Amount -= amount;

        public sealed class Balance
        {
            public decimal Amount { get; set; }
        }
    }

    public sealed class Basket
    {
        public List<string> Items { get; set; } = [];

        public void Add(string item) => Items.Add(item);

        public Task<int> CountItems() => Task.FromResult(Items.Count);
    }

    public sealed class Bank
    {
        public decimal Bonus => 1;
    }
}
