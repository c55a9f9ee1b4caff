using Microsoft.DurableTask.Entities;

namespace Celerity.LocalRuntime.Tests.Orchestration;

/// <summary>A number that counts, as users write entities.</summary>
public sealed class CounterEntity : TaskEntity<int>
{
    public int Add(int amount) => State += amount;

    public int Get() => State;

    /// <summary>Changes and sends, then fails: none of it may have an effect.</summary>
    public void AddAndFail(int amount)
    {
        State += amount;
        Context.SignalEntity(new EntityInstanceId("counter", "other"), "add", amount);
        Context.ScheduleNewOrchestration("Note", amount);
        throw new InvalidOperationException("on purpose");
    }

    public void AddTo(string key) => Context.SignalEntity(new EntityInstanceId("counter", key), "add", State);

    public string Start(string name) => Context.ScheduleNewOrchestration(name, State);
}
