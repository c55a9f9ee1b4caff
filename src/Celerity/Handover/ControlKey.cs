namespace Celerity.Handover;

/// <summary>Where the control row of one task or chunk lies.</summary>
internal readonly record struct ControlKey(string Table, string PartitionKey, string RowKey);
