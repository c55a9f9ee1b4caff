using System.Net;
using System.Text;
using Celerity.AzureStorage.Metrics;

namespace Celerity.AzureStorage.Tests.Transport;

/// <summary>A storage service that gives one written reply, byte for byte as the real one's documentation shows it.</summary>
internal sealed class ScriptedService(HttpStatusCode status, string body, string contentType = "application/json", string? errorCode = null)
    : HttpMessageHandler
{
    /// <summary>The table service names its errors in the body alone.</summary>
    public static ScriptedService TableError(HttpStatusCode status, string code) => new(status, ErrorBody(code));

    /// <summary>The queue and blob services name their errors in a header; a reply to HEAD has no body at all.</summary>
    public static ScriptedService Error(HttpStatusCode status, string code) => new(
        status,
        $"<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>A sentence about {code}.</Message></Error>",
        "application/xml",
        code);

    /// <summary>A transaction is always accepted; what was refused says so inside.</summary>
    public static ScriptedService TransactionError(HttpStatusCode status, string code) => new(HttpStatusCode.Accepted, string.Join("\r\n",
        "--batchresponse_1",
        "Content-Type: multipart/mixed; boundary=changesetresponse_2",
        "",
        "--changesetresponse_2",
        "Content-Type: application/http",
        "Content-Transfer-Encoding: binary",
        "",
        $"HTTP/1.1 {(int)status} {status}",
        "X-Content-Type-Options: nosniff",
        "Preference-Applied: return-no-content",
        "DataServiceVersion: 3.0;",
        "Content-Type: application/json;odata=minimalmetadata;streaming=true;charset=utf-8",
        "",
        ErrorBody(code),
        "--changesetresponse_2--",
        "--batchresponse_1--",
        ""), "multipart/mixed; boundary=batchresponse_1");

    public StorageClients Open() => new(AzuriteFixture.Connection("UseDevelopmentStorage=true"), new StorageTransport { Handler = this, RetryCount = 0 }, new StorageMeter());

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = new HttpResponseMessage(status) { RequestMessage = request };
        if (request.Method != HttpMethod.Head)
        {
            response.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            response.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        if (errorCode is not null)
        {
            response.Headers.Add("x-ms-error-code", errorCode);
        }

        return Task.FromResult(response);
    }

    private static string ErrorBody(string code) =>
        $$$$"""{"odata.error":{"code":"{{{{code}}}}","message":{"lang":"en-US","value":"0:A sentence about {{{{code}}}}.\nRequestId:5a2c\nTime:2026-02-01T00:00:00Z"}}}""";
}
