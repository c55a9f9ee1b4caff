using System.Reflection;
using Celerity.Functions.Http;
using Microsoft.Azure.Functions.Worker;

namespace Celerity.Functions.Tests.Http;

/// <summary>A function of the API, as its attributes have it.</summary>
internal sealed record HttpFunction(string Name, IReadOnlyList<string> Methods, string Route, AuthorizationLevel Level)
{
    // They show something, and yet are not for readers.
    private static readonly string[] OperatorsOwn = ["CelerityAccessOperator", "CelerityExportDeadLetters"];

    public static IReadOnlyList<HttpFunction> All { get; } =
    [
        .. from type in typeof(TaskEndpoints).Assembly.GetExportedTypes()
           from method in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance)
           let function = method.GetCustomAttribute<FunctionAttribute>()
           let trigger = method.GetParameters().Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()).FirstOrDefault(found => found is not null)
           where function is not null && trigger is not null
           orderby function.Name
           select new HttpFunction(function.Name, trigger.Methods ?? [], trigger.Route!, trigger.AuthLevel),
    ];

    public string Role => Level == AuthorizationLevel.Anonymous ? "anyone"
        : Methods is ["get"] && !OperatorsOwn.Contains(Name) ? "reader"
        : "operator";
}
