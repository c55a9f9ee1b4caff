namespace Celerity.Groups;

/// <summary>A page of a group in which tasks have ended.</summary>
/// <param name="Page">The page.</param>
/// <param name="Failed">Of a page that is known to be full, how many of its tasks failed; <see langword="null"/> of one that is to be counted.</param>
internal readonly record struct EndedPage(int Page, int? Failed);
