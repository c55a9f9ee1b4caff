using System.Globalization;

namespace Celerity.KillSwitch;

/// <summary>Where to kill the process.</summary>
/// <param name="Call">The call's signature.</param>
/// <param name="Occurrence">Which of the calls of that signature, 1 on the first.</param>
/// <param name="Before">Just before it goes out, or just after its answer came.</param>
internal sealed record KillPoint(string Call, int Occurrence, bool Before)
{
    public static KillPoint? Parse(string? text)
    {
        var parts = text?.Split('|');
        return parts is null ? null : new KillPoint(parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture), parts[2] == "before");
    }
}
