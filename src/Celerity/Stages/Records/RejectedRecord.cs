namespace Celerity.Stages.Records;

/// <summary>A record that was set aside.</summary>
/// <param name="Record">Its number in the dataset, from 1 (in the chunk, where cut by bytes).</param>
/// <param name="Line">The line on which it starts, or <see langword="null"/> where the plan cannot tell (cut by bytes, chunks above 8 MiB with line breaks in fields).</param>
/// <param name="Reason">What is wrong with it.</param>
/// <param name="Blob">The blob that it and its line are in, where the dataset has several.</param>
/// <param name="Text">The first 1,000 characters of it; <see langword="null"/> in chunks above 8 MiB, where it is gone.</param>
internal sealed record RejectedRecord(long Record, long? Line, string Reason, string? Blob = null, string? Text = null);
