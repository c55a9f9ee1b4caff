namespace Celerity.TestKit.Hosting.Running;

/// <summary>Thrown at a process that was made to crash, where it cannot be left waiting.</summary>
internal sealed class ProcessCrashedException() : InvalidOperationException("The process has crashed, as the test planned.");
