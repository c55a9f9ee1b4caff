using System.Text.Json;

namespace Celerity.Schedules;

/// <summary>The schedules of code and configuration. Filled while the app is set up.</summary>
internal sealed class ScheduleList
{
    private readonly Dictionary<string, Schedule> _schedules = new(StringComparer.OrdinalIgnoreCase);

    public bool IsEmpty => _schedules.Count == 0;

    public IEnumerable<Schedule> All => _schedules.Values.OrderBy(schedule => schedule.Name, StringComparer.Ordinal);

    /// <exception cref="CelerityException">CEL0290: there is one of that name.</exception>
    public void Add(Schedule schedule)
    {
        if (!_schedules.TryAdd(schedule.Name, schedule))
        {
            throw new CelerityException(ErrorCodes.BadSchedule, $"There are two schedules '{schedule.Name}'; configuration and code must name each once.");
        }
    }

    public Schedule? Find(string name) => _schedules.GetValueOrDefault(name);

    /// <summary>Finds what a name means: what code or configuration says of it, else what its row says.</summary>
    /// <exception cref="CelerityException">CEL0290: the row was written by another version of the app, or on a machine with other time zones.</exception>
    public Schedule? Find(string name, ScheduleState? state)
    {
        if (Find(name) is { } defined)
        {
            return defined;
        }

        if (state is not { IsDeleted: false, Definition: { } definition })
        {
            return null;
        }

        var options = Read(state.Name, definition);
        options.Payload = state.Payload;
        return new Schedule(state.Name, options, ScheduleSource.Api);
    }

    private static ScheduleOptions Read(string name, string definition)
    {
        try
        {
            return CelerityJson.Read<ScheduleOptions>(definition);
        }
        catch (JsonException exception)
        {
            throw new CelerityException(ErrorCodes.BadSchedule, $"The schedule '{name}' was defined by another version of the app, and this one cannot read it. Define it again, or delete it.", exception);
        }
    }
}
