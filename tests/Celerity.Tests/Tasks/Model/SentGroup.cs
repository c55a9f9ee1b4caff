using System.Text;
using Celerity.Wire;

namespace Celerity.Tests.Tasks.Model;

/// <summary>Groups and chains that have just been sent: the start of a scenario.</summary>
internal static class SentGroup
{
    /// <summary>A chord with its callback and its error callback.</summary>
    /// <param name="name">The scenario.</param>
    /// <param name="isApart">Whether each of its tasks has a message of its own, as after the second delivery of their pack.</param>
    /// <param name="tasks">Its tasks.</param>
    public static Scenario Chord(string name, bool isApart, params object[] tasks) => Of(
        name, isApart, groups => groups.ChordAsync(tasks, new FollowTask(), new GroupOptions { OnError = new FollowTask() }));

    /// <summary>The sending of a chord.</summary>
    public static ModelSend Send(params object[] tasks) => new(
        "chord", async process => [await process.Groups.ChordAsync(tasks, new FollowTask(), new GroupOptions { OnError = new FollowTask() }).ConfigureAwait(false)]);

    /// <summary>The sending of a chain.</summary>
    public static ModelSend SendChain(params object[] links) => new(
        "chain", async process => [(await process.Groups.ChainAsync(links, new FollowTask()).ConfigureAwait(false))[0]]);

    /// <summary>A chain with its error task.</summary>
    public static Scenario Chain(string name, params object[] links) => Of(name, isApart: false, groups => groups.ChainAsync(links, new FollowTask()));

    private static Scenario Of(string name, bool isApart, Func<ITaskGroups, Task> send)
    {
        var world = new ModelWorld(new Scenario(name) { HasClock = true });
        var calm = world.NewConsumer();
        calm.Calm(() => calm.Begin("send", process => send(process.Groups)));
        var messages = world.Queues.Messages.Select(message => message.Body);
        return new Scenario(name, [.. isApart ? messages.SelectMany(Apart) : messages])
        {
            HasClock = true,
            Rows = world.Tables.Everything(),
        };
    }

    private static IEnumerable<string> Apart(string body) =>
        MessageCodec.Decode(Encoding.UTF8.GetBytes(body), "none").Tasks.Select(MessageCodec.Encode);
}
