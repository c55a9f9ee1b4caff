using Parquet.Schema;

namespace Celerity.Stages.Outputs;

/// <summary>Decimals of 20 digits before and 18 behind the point.</summary>
internal sealed class DecimalValues : StructValues<decimal>
{
    private const int Precision = 38;
    private const int Scale = 18;
    private const decimal Limit = 100_000_000_000_000_000_000m;

    public override DataField FieldOf(string name) => new DecimalDataField(name, Precision, Scale, isNullable: true);

    public override object? Check(object? value, string column) => value is not decimal number || (Math.Abs(number) < Limit && decimal.Round(number, Scale) == number)
        ? value
        : throw new CelerityException(
            ErrorCodes.OutputRefused, $"'{column}' is {number}, which has more than 20 digits before or {Scale} behind the point. Round it, or write it as text.");
}
