using System.Text.Json;
using System.Xml.Linq;

namespace Celerity.TestKit.Hosting.Storage;

/// <summary>A refusal of a storage service, with the code that the real one gives.</summary>
internal sealed class StorageError(int status, string code, string message) : Exception(message)
{
    public int Status => status;

    public string Code => code;

    public static StorageError InvalidQuery(string name) =>
        new(400, "InvalidQueryParameterValue", $"Value for one of the query parameters specified in the request URI is invalid: {name}.");

    public static StorageError OutOfRange(string name) =>
        new(400, "OutOfRangeQueryParameterValue", $"One of the query parameters specified in the request URI is outside the permissible range: {name}.");

    public static StorageError NotThere(string what) => new(501, "NotImplemented", $"The in-memory storage has no {what}.");

    public StorageResponse ToXml() =>
        StorageResponse.Xml(status, new XElement("Error", new XElement("Code", code), new XElement("Message", Message))) with { ErrorCode = code };

    public StorageResponse ToJson()
    {
        var error = new Dictionary<string, object> { ["odata.error"] = new { code, message = new { lang = "en-US", value = Message } } };
        return StorageResponse.Json(status, JsonSerializer.Serialize(error)) with { ErrorCode = code };
    }
}
