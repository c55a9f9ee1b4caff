using System.Threading.Channels;
using Azure.Storage.Queues.Models;
using Microsoft.Azure.Functions.Worker;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Queues;

/// <summary>Queue functions as an app writes them; they tell the test what they got.</summary>
public sealed class QueueFunctions(QueueFunctions.Seen seen)
{
    [Function("text")]
    public void Text([QueueTrigger("text")] string body, int dequeueCount, string id, string popReceipt, DateTimeOffset insertionTime) =>
        seen.Tell(body, dequeueCount, id, popReceipt, insertionTime);

    [Function("poco")]
    public void Poco([QueueTrigger("poco")] Order? order, string id, int number) => seen.Tell(order, id, number);

    [Function("null-poco")]
    public void NullPoco([QueueTrigger("null-poco")] Order? order) => seen.Tell(order);

    [Function("message")]
    public void Message([QueueTrigger("message")] QueueMessage message) => seen.Tell(message.MessageText, message.DequeueCount);

    [Function("binary")]
    public void Binary([QueueTrigger("binary")] BinaryData body) => seen.Tell(body.ToString());

    [Function("bytes")]
    public void Bytes([QueueTrigger("bytes")] byte[] body) => seen.Tell(body);

    [Function("guid")]
    public void Identifier([QueueTrigger("guid")] Guid body) => seen.Tell(body);

    [Function("array")]
    public void Array([QueueTrigger("array")] int[] body) => seen.Tell(body);

    [Function("metadata")]
    public void Metadata([QueueTrigger("metadata")] string body, FunctionContext context) =>
        seen.Tell(body, context.BindingContext.BindingData);

    [Function("returns")]
    [QueueOutput("out")]
    public static string[] Returns([QueueTrigger("returns")] string body) => [body + " 1", body + " 2"];

    [Function("multi")]
    public static Outputs Multi([QueueTrigger("multi")] string body) => new() { One = new Order(body, 1), None = null };

    [Function("throws")]
    [QueueOutput("out")]
    public static string Throws([QueueTrigger("throws")] string body) => throw new FormatException(body);

    public sealed record Order(string Name, int Number);

    public sealed class Outputs
    {
        [QueueOutput("out")]
        public Order? One { get; init; }

        [QueueOutput("never")]
        public string? None { get; init; }
    }

    /// <summary>Carries what a function got to the test.</summary>
    public sealed class Seen
    {
        private readonly Channel<object?[]> _calls = Channel.CreateUnbounded<object?[]>();

        public void Tell(params object?[] values) => _calls.Writer.TryWrite(values);

        public async Task<object?[]> NextAsync() =>
            await _calls.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask()
                .WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }
}
