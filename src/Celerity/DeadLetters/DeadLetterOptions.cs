namespace Celerity.DeadLetters;

/// <summary><c>Celerity:DeadLetters</c>.</summary>
internal sealed class DeadLetterOptions
{
    /// <summary>Gets or sets how many days letters are kept.</summary>
    /// <value>1 to 3,650. The default is 30.</value>
    public int RetentionDays { get; set; } = 30;
}
