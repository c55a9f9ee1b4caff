using System.Reflection;
using Celerity.LocalRuntime.Orchestration.Entities;
using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Entities;
using Xunit;

#pragma warning disable CA1822 // Operations are instance methods.
namespace Celerity.LocalRuntime.Tests.Durable;

/// <summary>Which method runs an operation, and with what.</summary>
public sealed class EntityDispatch
{
    private static readonly EntityInstanceId Id = new("thing", "x");

    [Theory]
    [InlineData("Sync", "1")]
    [InlineData("sYNC", "1")]
    [InlineData("Nothing", null)]
    [InlineData("Plain", null)]
    [InlineData("OfTask", "1")]
    [InlineData("PlainValue", null)]
    [InlineData("OfValueTask", "1")]
    [InlineData("OfNull", null)]
    public async Task Method_IsFoundWithoutRegardToCase_AndItsResultAwaited(string operation, string? result)
    {
        var answer = await RunAsync(new Thing(), operation);

        Assert.Null(answer.Failure);
        Assert.Equal(result, answer.Result);
    }

    [Theory]
    [InlineData("InputOnly", "5")]
    [InlineData("ContextFirst", "\"@thing@x 5\"")]
    [InlineData("InputFirst", "\"@thing@x InputFirst 5\"")]
    [InlineData("OperationFirst", "\"OperationFirst @thing@x 5\"")]
    [InlineData("WithDefault", "5")]
    public async Task Parameters_InAnyOrder_GetInputContextAndOperation(string operation, string result) =>
        Assert.Equal(result, (await RunAsync(new Thing(), operation, "5")).Result);

    [Fact]
    public async Task Input_Missing_GivesTheDefaultOrAnError()
    {
        Assert.Equal("7", (await RunAsync(new Thing(), "WithDefault")).Result);
        Assert.Equal("System.InvalidOperationException", (await RunAsync(new Thing(), "InputOnly")).Failure!.ErrorType);
    }

    [Theory]
    [InlineData("TwoInputs")]
    [InlineData("TwoContexts")]
    [InlineData("TwoOperations")]
    public async Task Parameters_TwoOfAKind_AreAnError(string operation)
    {
        var failure = (await RunAsync(new Thing(), operation, "5")).Failure!;

        Assert.Equal("System.InvalidOperationException", failure.ErrorType);
        Assert.Contains("'first', 'second'", failure.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Methods_OfOneName_AreAmbiguous() =>
        Assert.Equal(typeof(AmbiguousMatchException).FullName, (await RunAsync(new Thing(), "Overloaded", "5")).Failure!.ErrorType);

    [Theory]
    [InlineData("Absent")]
    [InlineData("Hidden")]
    [InlineData("GetHashCode")]
    [InlineData("RunAsync")]
    public async Task Method_NotPublicOrNotTheEntitys_IsNotFound(string operation)
    {
        var failure = (await RunAsync(new Thing(), operation)).Failure!;

        Assert.Equal(
            ("System.NotSupportedException", $"No suitable method found for entity operation '{operation}'."), (failure.ErrorType, failure.ErrorMessage));
    }

    [Fact]
    public async Task Exception_OfAMethod_ArrivesAsItself() =>
        Assert.Equal("System.TimeoutException: late", (await RunAsync(new Thing(), "Throw")).Failure!.ToString());

    [Fact]
    public async Task State_Missing_IsInitializedAndKept()
    {
        var batch = Batch(null, ("Count", null), ("Count", null));

        await batch.RunAsync(new Thing().RunAsync);

        Assert.Equal("""{"Number":12}""", batch.State.Text);
        Assert.Equal(["11", "12"], batch.Answers.Select(answer => answer.Result));
    }

    [Fact]
    public async Task State_ByDefault_IsANewObject()
    {
        var batch = Batch(null, ("Add", "2"));

        await batch.RunAsync(new Plain().RunAsync);

        Assert.Equal("""{"Number":2}""", batch.State.Text);
    }

    [Theory]
    [InlineData("Clear")]
    [InlineData("delete")]
    [InlineData("DELETE")]
    public async Task State_SetToNullOrDeleted_IsGone(string operation)
    {
        var batch = Batch("""{"Number":1}""", (operation, null));

        await batch.RunAsync(new Thing().RunAsync);

        Assert.Null(batch.Answers[0].Failure);
        Assert.Null(batch.State.Text);
    }

    [Fact]
    public async Task Delete_OfTheEntitysOwn_WinsOverTheImplicitOne()
    {
        var batch = Batch("""{"Number":1}""", ("delete", null));

        await batch.RunAsync(new Undeletable().RunAsync);

        Assert.Equal(("\"no\"", """{"Number":1}"""), (batch.Answers[0].Result, batch.State.Text));
    }

    [Fact]
    public async Task StateDispatch_WhereAllowed_RunsMethodsOfTheState()
    {
        var batch = Batch(null, ("Add", "3"), ("Own", null), ("add", "4"), ("Absent", null));

        await batch.RunAsync(new Dispatching().RunAsync);

        Assert.Equal(["3", "\"own\"", "7", null], batch.Answers.Select(answer => answer.Result));
        Assert.Equal("System.NotSupportedException", batch.Answers[3].Failure!.ErrorType);
        Assert.Equal("""{"Number":7}""", batch.State.Text);
    }

    [Fact]
    public async Task StateDispatch_OfAValueType_KeepsItsChanges()
    {
        var batch = Batch(null, ("Add", "3"), ("Add", "4"));

        await batch.RunAsync(new Values().RunAsync);

        Assert.Equal("""{"Number":7}""", batch.State.Text);
    }

    [Fact]
    public async Task StateDispatch_NotAllowed_IsNotTried() =>
        Assert.Equal("System.NotSupportedException", (await RunAsync(new Plain(), "Grow")).Failure!.ErrorType);

    [Fact]
    public async Task StateDispatch_OfANullState_IsAnError() =>
        Assert.Equal("System.InvalidOperationException", (await RunAsync(new Nulls(), "Add", "1")).Failure!.ErrorType);

    [Fact]
    public async Task State_ChangedInPlaceByAFailedOperation_IsAsItWas()
    {
        var batch = Batch("""{"Number":1}""", ("AddAndFail", "5"), ("Add", "1"));

        await batch.RunAsync(new Plain().RunAsync);

        Assert.Equal("""{"Number":2}""", batch.State.Text);
    }

    private static async Task<EntityAnswer> RunAsync(ITaskEntity entity, string operation, string? input = null)
    {
        var batch = Batch(null, (operation, input));
        await batch.RunAsync(entity.RunAsync);
        return Assert.Single(batch.Answers);
    }

    private static EntityBatch Batch(string? state, params (string Name, string? Input)[] operations) =>
        new(Id, state, [.. operations.Select(item => new OperationRequested(item.Name, item.Input))], JsonDataConverter.Default, TimeProvider.System, keepsEffectsOfFailure: false, CancellationToken.None);

    public sealed record Count
    {
        public int Number { get; set; }

        public int Add(int amount) => Number += amount;

        public void Grow() => Number++;
    }

    public struct CountValue
    {
        public int Number { get; set; }

        public void Add(int amount) => Number += amount;
    }

    private sealed class Plain : TaskEntity<Count>
    {
        public void Add(int amount) => State!.Number += amount;

        public void AddAndFail(int amount)
        {
            State!.Number += amount;
            throw new TimeoutException();
        }
    }

    private sealed class Undeletable : TaskEntity<Count>
    {
        public string Delete() => "no";
    }

    private sealed class Dispatching : TaskEntity<Count>
    {
        protected override bool AllowStateDispatch => true;

        public string Own() => "own";
    }

    private sealed class Values : TaskEntity<CountValue>
    {
        protected override bool AllowStateDispatch => true;
    }

    private sealed class Nulls : TaskEntity<Count?>
    {
        protected override bool AllowStateDispatch => true;

        protected override Count? InitializeState(TaskEntityOperation entityOperation) => null;
    }

    private sealed class Thing : TaskEntity<Count>
    {
        public int Sync() => 1;

        public void Nothing()
        {
        }

        public async Task Plain() => await Task.Yield();

        public async Task<int> OfTask()
        {
            await Task.Yield();
            return 1;
        }

        public async ValueTask PlainValue() => await Task.Yield();

        public async ValueTask<int> OfValueTask()
        {
            await Task.Yield();
            return 1;
        }

        public string? OfNull() => null;

        public int InputOnly(int input) => input;

        public string ContextFirst(TaskEntityContext context, int input) => $"{context.Id} {input}";

        public string InputFirst(int input, TaskEntityContext context, TaskEntityOperation operation) => $"{context.Id} {operation.Name} {input}";

        public string OperationFirst(TaskEntityOperation operation, TaskEntityContext context, int input) => $"{operation} {context.Id} {input}";

        public int WithDefault(int input = 7) => input;

        public int TwoInputs(int first, int second) => first + second;

        public string TwoContexts(TaskEntityContext first, TaskEntityContext second) => $"{first}{second}";

        public string TwoOperations(TaskEntityOperation first, TaskEntityOperation second) => $"{first}{second}";

        public int Overloaded(int input) => input;

        public string Overloaded(string input) => input;

        public void Throw() => throw new TimeoutException("late");

        public int Count() => ++State!.Number;

        public void Clear() => State = null;

        internal void Hidden()
        {
        }

        protected override Count InitializeState(TaskEntityOperation entityOperation) => new() { Number = 10 };
    }
}
