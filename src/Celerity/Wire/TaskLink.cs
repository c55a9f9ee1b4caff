using System.Text.Json;

namespace Celerity.Wire;

/// <summary>A task that is to follow another.</summary>
/// <param name="Task">Its name.</param>
/// <param name="Payload">Its payload, an object: what came before is put into it.</param>
/// <param name="Queue">Its queue.</param>
internal sealed record TaskLink(string Task, JsonElement Payload, string Queue);

/// <summary>A task's place in a group.</summary>
/// <param name="Id">The group.</param>
/// <param name="Index">Its place among the group's tasks, from 0.</param>
/// <param name="Count">How many tasks the group has.</param>
internal sealed record GroupSeat(string Id, int Index, int Count);
