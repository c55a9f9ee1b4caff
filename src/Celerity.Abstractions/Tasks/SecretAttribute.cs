namespace Celerity;

/// <summary>
/// Marks what nobody is to read who looks at tasks: a property of a task's payload or result, or a whole type. Where the HTTP API, the dashboard and the
/// command line show a payload or a result, <c>•••</c> stands in its place, and no search finds it. Handlers are given the true value.
/// </summary>
/// <remarks>
/// It is still stored as it is, in queues, tables and blobs, and in exports of dead letters, which take an operator's key: who must not have it there
/// encrypts it, or sends the name of where it is kept. An object with a secret shows of members that its type does not know the names alone.
/// </remarks>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter | AttributeTargets.Class | AttributeTargets.Struct)]
public sealed class SecretAttribute : Attribute;
