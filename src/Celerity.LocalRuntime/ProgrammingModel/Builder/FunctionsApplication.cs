namespace Microsoft.Azure.Functions.Worker.Builder;

#pragma warning disable CA1052 // The official type is an ordinary class.
public class FunctionsApplication
{
    public FunctionsApplication()
    {
    }

    public static FunctionsApplicationBuilder CreateBuilder(string[] args) => new(args);
}
