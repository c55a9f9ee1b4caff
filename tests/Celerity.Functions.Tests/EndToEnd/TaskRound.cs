using System.Net;
using System.Text.Json;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>What a client has asked for in one work, and how it must end.</summary>
/// <param name="number">Which work of the lane it is.</param>
/// <param name="lane">The lane.</param>
internal sealed class TaskRound(int number, TaskKillLane lane)
{
    private readonly Dictionary<string, JsonElement> _answers = [];
    private readonly Dictionary<string, int> _asked = [];
    private readonly Dictionary<string, string> _ids = [];

    /// <summary>Gets when it began, by the storage's clock.</summary>
    public DateTimeOffset StartedAt { get; } = TimeProvider.System.GetUtcNow().AddMilliseconds(-1);

    public List<ExpectedTask> Expected { get; } = [];

    /// <summary>Gets or sets how many messages that nobody can read become dead letters.</summary>
    public int Undecodable { get; set; }

    public string Mark(string name) => $"r{number}.{name}";

    /// <summary>Says how the tasks of a mark end, that was sent by the request <paramref name="by"/>.</summary>
    public void Expect(string mark, string by, string state = "succeeded", string? text = null, int attempts = 1, int deferrals = 0, bool isOnce = false, int copies = 1)
    {
        if (!Expected.Any(expected => expected.Mark == mark))
        {
            Expected.Add(new ExpectedTask(mark, by, state, text ?? mark, attempts, deferrals, isOnce, copies));
        }
    }

    /// <summary>Sends one task: unless the client has had its answer.</summary>
    public async Task<string> SendAsync(string name, string options, string? does = null, string? filler = null, string task = "fragile.work")
    {
        var answer = await AskAsync(name, $"api/tasks/{task}?{options}", JsonSerializer.Serialize(new { mark = Mark(name), does, filler }));
        return _ids[Mark(name)] = answer.GetProperty("id").GetString()!;
    }

    /// <summary>Asks for something: unless the client has had its answer.</summary>
    public async Task<JsonElement> AskAsync(string name, string path, string body)
    {
        if (_answers.TryGetValue(name, out var known))
        {
            return known;
        }

        _asked[name] = AskedCount(name) + 1;
        using var response = await lane.Client.PostTextAsync(path, body);
        var text = await response.Content.ReadAsStringAsync();
        lane.NoteAnswer();
        return response.StatusCode is HttpStatusCode.Accepted or HttpStatusCode.OK
            ? _answers[name] = JsonDocument.Parse(text).RootElement
            : throw new InvalidOperationException($"{path}: {response.StatusCode} {text}");
    }

    /// <summary>Notes that something else has sent the tasks that are expected by this request.</summary>
    public void NoteAsked(string name) => _asked[name] = 1;

    public int AskedCount(string name) => _asked.GetValueOrDefault(name);

    /// <summary>Finds the id that the client was told of a mark, where it was told one.</summary>
    public string? FindAnswered(string mark) => _ids.GetValueOrDefault(mark);
}
