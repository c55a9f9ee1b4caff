using System.Globalization;

namespace Celerity.KillSwitch;

/// <summary>Where to kill the process.</summary>
/// <param name="Call">The call's signature.</param>
/// <param name="Occurrence">Which of the calls of that signature, 1 on the first since the switch was armed.</param>
/// <param name="Before">Just before it goes out, or just after its answer came.</param>
internal sealed record KillPoint(string Call, int Occurrence, bool Before)
{
    /// <summary>Reads <c>GET /path|2|before</c>; anything else kills nowhere.</summary>
    public static KillPoint? Parse(string text) =>
        text.Split('|') is [var call, var occurrence, var moment]
            ? new KillPoint(call, int.Parse(occurrence, CultureInfo.InvariantCulture), moment == "before")
            : null;
}
