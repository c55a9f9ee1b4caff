using System.Security.Cryptography;
using System.Text;

namespace Celerity.DeadLetters;

/// <summary>A task, chunk or message that will not run again by itself.</summary>
internal sealed record DeadLetter
{
    /// <summary>Gets the id of the task, chunk or queue message.</summary>
    public required string Id { get; init; }

    /// <summary>Gets <c>task</c>, <c>chunk</c> or <c>message</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Gets the task's or stage's name; empty where the message did not tell.</summary>
    public required string Name { get; init; }

    public required string Queue { get; init; }

    public required ErrorCategory Category { get; init; }

    public required string Reason { get; init; }

    public required int Attempt { get; init; }

    /// <summary>Gets the message as it would have to be sent again.</summary>
    public required string Body { get; init; }

    /// <summary>Gets the failed attempts, as JSON.</summary>
    public string? Failures { get; init; }

    public string? CorrelationId { get; init; }

    /// <summary>Gets what like failures share: the category and the reason without its numbers.</summary>
    public string Fingerprint()
    {
        var text = string.Concat(Reason.Where(character => !char.IsAsciiHexDigit(character)));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Name}:{Category}:{text}")))[..16];
    }
}
