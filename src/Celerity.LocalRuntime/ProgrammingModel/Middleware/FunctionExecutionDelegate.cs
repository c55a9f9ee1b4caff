namespace Microsoft.Azure.Functions.Worker.Middleware;

#pragma warning disable CA1711 // The official name.
public delegate Task FunctionExecutionDelegate(FunctionContext context);
