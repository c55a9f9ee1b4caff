namespace Celerity.LocalRuntime.Tests.Orchestration.Programs;

/// <summary>Makes orchestrations up: the same one for the same seed.</summary>
internal sealed class RandomProgram(int seed)
{
    private const int DeepestLevel = 2;

    private readonly Random _random = new(seed);
    private int _names;

    public Program Make() => MakeProgram(0);

    private Program MakeProgram(int level)
    {
        var rounds = _random.Next(4) == 0 ? _random.Next(2, 4) : 1;
        return new Program(MakeSteps(level, 1, level == 0 ? 5 : 3, isAlone: true), rounds);
    }

    private List<Step> MakeSteps(int level, int min, int max, bool isAlone) =>
        [.. Enumerable.Range(0, _random.Next(min, max + 1)).Select(_ => MakeStep(level, isAlone))];

    private Step MakeStep(int level, bool isAlone) => _random.Next(level < DeepestLevel ? 17 : 13) switch
    {
        0 or 1 => new Step.Echo(Name()),
        2 => new Step.Flaky(Name(), _random.Next(1, 4), _random.Next(2) == 0),
        3 => new Step.Broken(Name(), _random.Next(1, 4)),
        4 => new Step.Timer(_random.Next(0, 7200)),
        5 => new Step.CancelledTimer(_random.Next(1, 7200)),
        6 => new Step.Event(Name(), _random.Next(1, 4), _random.Next(2) == 0),
        7 => new Step.MissingEvent(Name(), _random.Next(1, 7200)),
        8 => new Step.Stable(),
        // Side by side, the last one to set it would depend on whose activity ends last.
        9 when isAlone => new Step.Status(Name()),
        9 => new Step.Echo(Name()),
        10 => new Step.Append(Name(), _random.Next(0, 4)),
        11 => new Step.FailingOperation(Name()),
        12 => isAlone ? new Step.Locked(_random.Next(0, 7200)) : new Step.Append(Name(), _random.Next(0, 4)),
        13 => new Step.Child(MakeProgram(level + 1)),
        14 => new Step.FailingChild(MakeProgram(level + 1)),
        _ => new Step.All([.. Enumerable.Range(0, _random.Next(1, 5)).Select(_ => MakeSteps(level + 1, 1, 2, isAlone: false))]),
    };

    private string Name() => $"n{_names++}";
}
