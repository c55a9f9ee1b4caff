namespace Celerity;

internal static class Texts
{
    /// <summary>The text, or its beginning where it is longer than <paramref name="most"/> characters.</summary>
    public static string AtMost(this string text, int most) => text.Length > most ? text[..most] : text;
}
