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
    private readonly Dictionary<string, List<string>> _ids = [];

    /// <summary>Gets when it began, by the storage's clock.</summary>
    public DateTimeOffset StartedAt { get; } = TimeProvider.System.GetUtcNow().AddMilliseconds(-1);

    public List<ExpectedTask> Expected { get; } = [];

    /// <summary>Gets or sets how many messages that nobody can read become dead letters.</summary>
    public int Undecodable { get; set; }

    public string Mark(string name) => $"r{number}.{name}";

    /// <summary>Says how the tasks of a mark end, that was sent by the request <paramref name="by"/>.</summary>
    public void Expect(string mark, string by, string state = "succeeded", string? text = null, int attempts = 1, int deferrals = 0, bool isOnce = false)
    {
        if (!Expected.Any(expected => expected.Mark == mark))
        {
            Expected.Add(new ExpectedTask(mark, by, state, text ?? mark, attempts, deferrals, isOnce));
        }
    }

    /// <summary>Sends one task: unless the client has had its answer.</summary>
    public async Task<string> SendAsync(string name, string options, string? does = null, string? filler = null)
    {
        var answer = await AskAsync(name, $"api/tasks/fragile.work?{options}", JsonSerializer.Serialize(new { mark = Mark(name), does, filler }));
        var id = answer.GetProperty("id").GetString()!;
        Answered(Mark(name), id);
        return id;
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

    public int AskedCount(string name) => _asked.GetValueOrDefault(name);

    /// <summary>Keeps the id that the client was told of a mark.</summary>
    public void Answered(string mark, string id) => _ids[mark] = [id];

    public IReadOnlyList<string> AnsweredIds(string mark) => _ids.GetValueOrDefault(mark) ?? [];
}

/// <summary>How the tasks of a mark must end.</summary>
/// <param name="Mark">The mark.</param>
/// <param name="By">The request that has sent it.</param>
/// <param name="State">Its end.</param>
/// <param name="Text">Its result.</param>
/// <param name="Attempts">Its last attempt.</param>
/// <param name="Deferrals">How often it is put back.</param>
/// <param name="IsOnce">Whether it is one task however often the request is repeated.</param>
internal sealed record ExpectedTask(string Mark, string By, string State, string Text, int Attempts, int Deferrals, bool IsOnce);
