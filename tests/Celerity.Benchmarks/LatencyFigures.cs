namespace Celerity.Benchmarks;

/// <summary>What the latency benchmark measured of one kind of task, in milliseconds from the call that sends to the task's end.</summary>
internal sealed record LatencyFigures(string What, int Tasks, double P50, double P90, double P99, double Max);
