namespace Celerity.TestKit.Hosting.Faults;

/// <summary>The names of storage requests, as the services' documentation gives them, for faults.</summary>
public static class StorageOperations
{
    /// <summary>A message is sent to a queue.</summary>
    public const string PutMessage = "PutMessage";

    /// <summary>Messages are received from a queue.</summary>
    public const string GetMessages = "GetMessages";

    /// <summary>A message is deleted.</summary>
    public const string DeleteMessage = "DeleteMessage";

    /// <summary>A message is changed, hidden longer or shown again.</summary>
    public const string UpdateMessage = "UpdateMessage";

    /// <summary>A blob is written in one request.</summary>
    public const string PutBlob = "PutBlob";

    /// <summary>A blob is read.</summary>
    public const string GetBlob = "GetBlob";

    /// <summary>A blob is deleted.</summary>
    public const string DeleteBlob = "DeleteBlob";

    /// <summary>An entity is inserted into a table.</summary>
    public const string InsertEntity = "InsertEntity";

    /// <summary>Entities are read, one by its keys or many by a filter.</summary>
    public const string QueryEntities = "QueryEntities";

    /// <summary>An entity is replaced, or inserted by an upsert.</summary>
    public const string UpdateEntity = "UpdateEntity";

    /// <summary>Properties of an entity are changed, or inserted by an upsert.</summary>
    public const string MergeEntity = "MergeEntity";

    /// <summary>An entity is deleted.</summary>
    public const string DeleteEntity = "DeleteEntity";

    /// <summary>A batch of table changes; named <c>$batch</c>.</summary>
    public const string Batch = "EntityGroupTransaction";
}
