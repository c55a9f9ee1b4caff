using Azure.Storage.Queues.Models;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Converters;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Queues;

public sealed class QueueConverterTests
{
    private static readonly QueueMessage Message = QueuesModelFactory.QueueMessage("id", "receipt", BinaryData.FromString("body"), 1);

    [Fact]
    public async Task QueueMessageConverter_ItsTarget_GivesTheMessage()
    {
        var result = await new QueueMessageConverter().ConvertAsync(new Context(typeof(QueueMessage), Message));

        Assert.Equal(ConversionStatus.Succeeded, result.Status);
        Assert.Same(Message, result.Value);
    }

    [Fact]
    public async Task QueueMessageBinaryDataConverter_ItsTarget_GivesTheBody()
    {
        var result = await new QueueMessageBinaryDataConverter().ConvertAsync(new Context(typeof(BinaryData), Message));

        Assert.Equal(ConversionStatus.Succeeded, result.Status);
        Assert.Equal("body", Assert.IsType<BinaryData>(result.Value).ToString());
    }

    [Theory]
    [InlineData(typeof(string))]
    [InlineData(typeof(int))]
    public async Task Converters_AnotherTarget_LeaveItToTheOthers(Type target)
    {
        Assert.Equal(ConversionStatus.Unhandled, (await new QueueMessageConverter().ConvertAsync(new Context(target, Message))).Status);
        Assert.Equal(ConversionStatus.Unhandled, (await new QueueMessageBinaryDataConverter().ConvertAsync(new Context(target, Message))).Status);
    }

    [Fact]
    public async Task Converters_AnotherSource_LeaveItToTheOthers()
    {
        Assert.Equal(ConversionStatus.Unhandled, (await new QueueMessageConverter().ConvertAsync(new Context(typeof(QueueMessage), 1))).Status);
        Assert.Equal(
            ConversionStatus.Unhandled, (await new QueueMessageBinaryDataConverter().ConvertAsync(new Context(typeof(BinaryData), 1))).Status);
    }

    [Fact]
    public async Task Converters_TextOfARunByHand_BecomesTheBody()
    {
        var message = await new QueueMessageConverter().ConvertAsync(new Context(typeof(QueueMessage), "text"));
        var body = await new QueueMessageBinaryDataConverter().ConvertAsync(new Context(typeof(BinaryData), "text"));

        Assert.Equal("text", Assert.IsType<QueueMessage>(message.Value).MessageText);
        Assert.Equal(1, Assert.IsType<QueueMessage>(message.Value).DequeueCount);
        Assert.Equal("text", Assert.IsType<BinaryData>(body.Value).ToString());
    }

    private sealed class Context(Type target, object? source) : ConverterContext
    {
        public override Type TargetType => target;

        public override object? Source => source;

        public override FunctionContext FunctionContext => throw new NotSupportedException();

        public override IReadOnlyDictionary<string, object> Properties { get; } = new Dictionary<string, object>();
    }
}
