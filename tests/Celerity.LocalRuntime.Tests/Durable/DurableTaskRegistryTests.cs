using Celerity.LocalRuntime.Durable;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.DurableTask;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Durable;

public sealed class DurableTaskRegistryTests
{
    private readonly DurableTaskRegistry _registry = new();

    [Fact]
    public async Task AddActivityFunc_EachForm_IsCalledWithContextAndInput()
    {
        var calls = new List<string>();
        _registry
            .AddActivityFunc<int, string>("a", (_, input) => Task.FromResult<string?>($"a{input}"))
            .AddActivityFunc<int, string>("b", (_, input) => $"b{input}")
            .AddActivityFunc<int>("c", (context, input) => Note(calls, $"{context.Name}{input}"))
            .AddActivityFunc<int>("d", (context, input) => calls.Add($"{context.Name}{input}"))
            .AddActivityFunc<string>("e", _ => Task.FromResult<string?>("e"))
            .AddActivityFunc<string>("f", _ => "f")
            .AddActivityFunc("g", context => Note(calls, context.Name))
            .AddActivityFunc("h", context => calls.Add(context.Name));

        var results = new List<object?>();
        foreach (var (name, make) in _registry.GetActivities().OrderBy(activity => activity.Key.Name, StringComparer.Ordinal))
        {
            var activity = make(new ServiceCollection().BuildServiceProvider());
            results.Add(await activity.RunAsync(new ActivityCallContext(new ActivityCall("i", "x", 0, name, "", null)), activity.InputType == typeof(int) ? 1 : null));
        }

        Assert.Equal(["a1", "b1", null, null, "e", "f", null, null], results);
        Assert.Equal(["c1", "d1", "g", "h"], calls);
    }

    [Fact]
    public void AddOrchestratorFunc_EachForm_HasTheTypesOfTheDelegate()
    {
        _registry
            .AddOrchestratorFunc<int, string>("a", (_, input) => Task.FromResult<string?>($"{input}"))
            .AddOrchestratorFunc<int, string>("b", (_, input) => $"{input}")
            .AddOrchestratorFunc<int>("c", (_, _) => Task.CompletedTask)
            .AddOrchestratorFunc<int>("d", (_, _) => { })
            .AddOrchestratorFunc<string>("e", _ => Task.FromResult<string?>("e"))
            .AddOrchestratorFunc<string>("f", _ => "f")
            .AddOrchestratorFunc("g", _ => Task.CompletedTask)
            .AddOrchestratorFunc("h", _ => { });

        var made = _registry.GetOrchestrators().OrderBy(task => task.Key.Name, StringComparer.Ordinal).Select(task => task.Value(null!)).ToList();

        Assert.Equal(8, made.Count);
        Assert.Equal(4, made.Count(task => task.InputType == typeof(int)));
        Assert.Equal(4, made.Count(task => task.OutputType == typeof(string)));
    }

    [Fact]
    public void Add_ByType_TakesTheNameOfTheAttributeOrTheClass()
    {
        _registry.AddActivity<ClassTaskSamples.GreetActivity>().AddOrchestrator<ClassTaskSamples.Welcome>().AddActivity<ClassTaskSamples.GreetActivity>("Other");

        Assert.Equal(["Greet", "Other"], _registry.GetActivities().Select(activity => activity.Key.Name));
        Assert.Equal("Welcome", Assert.Single(_registry.GetOrchestrators()).Key.Name);
    }

    [Fact]
    public void Add_SameNameWithoutRegardToCase_Throws()
    {
        _registry.AddActivity<ClassTaskSamples.GreetActivity>();

        Assert.Throws<ArgumentException>(() => _registry.AddActivityFunc("GREET", _ => { }));
        _registry.AddActivity("greet", new TaskVersion("2"), () => new ClassTaskSamples.Length());
        Assert.Throws<ArgumentException>(() => _registry.AddActivity("greet", "2", () => new ClassTaskSamples.Length()));
    }

    [Fact]
    public void Add_NoNameAbstractOrOtherType_Throws()
    {
        Assert.Throws<ArgumentException>(() => _registry.AddActivity<ClassTaskSamples.Length>(default));
        Assert.Throws<ArgumentException>(() => _registry.AddActivity<TaskActivity<int, int>>());
        Assert.Throws<ArgumentException>(() => _registry.AddOrchestrator(typeof(ClassTaskSamples.Length)));
        Assert.Throws<ArgumentNullException>(() => _registry.AddActivity((Type)null!));
        Assert.Throws<ArgumentNullException>(() => _registry.AddOrchestrator("x", (Func<ITaskOrchestrator>)null!));
    }

    [Fact]
    public async Task RunAsync_InputOfAnotherType_Throws()
    {
        ITaskActivity activity = new ClassTaskSamples.OldPrice();
        var context = new ActivityCallContext(new ActivityCall("i", "x", 0, "Price", "", null));

        await Assert.ThrowsAsync<ArgumentException>(() => activity.RunAsync(context, "ten"));
        await Assert.ThrowsAsync<ArgumentNullException>(() => activity.RunAsync(null!, 10));
        Assert.Equal(0, await activity.RunAsync(context, null));
    }

    private static Task Note(List<string> calls, string text)
    {
        calls.Add(text);
        return Task.CompletedTask;
    }
}
