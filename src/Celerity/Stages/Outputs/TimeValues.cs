using Parquet.Schema;

namespace Celerity.Stages.Outputs;

/// <summary>Instants, in UTC and whole microseconds. A time without an offset is taken for one in UTC.</summary>
internal sealed class TimeValues : StructValues<DateTime>
{
    public override DataField FieldOf(string name) =>
        new DateTimeDataField(name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, DateTimeTimeUnit.Micros, isNullable: true);

    public override object? Check(object? value, string column) => value switch
    {
        DateTimeOffset time => time.UtcDateTime,
        DateTime { Kind: DateTimeKind.Local } time => time.ToUniversalTime(),
        DateTime time => DateTime.SpecifyKind(time, DateTimeKind.Utc),
        _ => null,
    };
}
