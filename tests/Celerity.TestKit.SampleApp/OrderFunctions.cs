using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using FromBodyAttribute = Microsoft.Azure.Functions.Worker.Http.FromBodyAttribute;

namespace Celerity.TestKit.SampleApp;

public sealed record Order(string Id, string Customer);

public sealed class OrderFunctions(TableServiceClient tables, BlobServiceClient blobs, IMailer mailer, IConfiguration configuration)
{
    [Function("PlaceOrder")]
    public static PlacedOrder Place([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "orders")] HttpRequest request, [FromBody] Order order) =>
        new() { Order = order, Response = new AcceptedResult($"/api/orders/{order.Id}", request.Method) };

    [Function("ProcessOrder")]
    public async Task ProcessAsync([QueueTrigger("orders")] Order order)
    {
        await tables.CreateTableIfNotExistsAsync("orders");
        await tables.GetTableClient("orders").UpsertEntityAsync(new TableEntity("order", order.Id) { ["Customer"] = order.Customer });
        var receipts = blobs.GetBlobContainerClient("receipts");
        await receipts.CreateIfNotExistsAsync();
        await receipts.GetBlobClient(order.Id).UploadAsync(BinaryData.FromString($"Receipt for {order.Customer}"), overwrite: true);
        await mailer.SendAsync(order.Customer, $"{configuration["SampleApp:Greeting"]}, your order {order.Id} is on its way.");
    }

    [Function("GetOrder")]
    public async Task<IActionResult> GetAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "orders/{id}")] HttpRequest request, string id)
    {
        try
        {
            var found = await tables.GetTableClient("orders").GetEntityAsync<TableEntity>("order", id, cancellationToken: request.HttpContext.RequestAborted);
            return new OkObjectResult(new Order(id, found.Value.GetString("Customer")));
        }
        catch (RequestFailedException failure) when (failure.Status == 404)
        {
            return new NotFoundResult();
        }
    }
}

public sealed class PlacedOrder
{
    [QueueOutput("orders")]
    public Order? Order { get; init; }

    [HttpResult]
    public IActionResult? Response { get; init; }
}
