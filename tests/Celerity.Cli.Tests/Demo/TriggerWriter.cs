using System.Text;

namespace Celerity.Cli.Tests.Demo;

/// <summary>Passes text on, and acts once a phrase has gone by.</summary>
internal sealed class TriggerWriter(StringWriter target, string phrase, Action act) : TextWriter
{
    public override Encoding Encoding => target.Encoding;

    public override void Write(char value)
    {
        target.Write(value);
        if (value == phrase[^1] && target.GetStringBuilder().ToString().EndsWith(phrase, StringComparison.Ordinal))
        {
            act();
        }
    }
}
