using System.Reflection;
using Azure.Storage.Queues.Models;
using Celerity.LocalRuntime.Discovery;
using Microsoft.Azure.Functions.Worker;

namespace Celerity.LocalRuntime.Tests.Queues;

/// <summary>Queue functions to describe to the listener; the fake invoker never runs them.</summary>
internal static class TestFunctions
{
    public static void TakesString([QueueTrigger("tasks")] string body) => _ = body;

    public static void TakesMessage([QueueTrigger("tasks")] QueueMessage body) => _ = body;

    public static void TakesBinary([QueueTrigger("tasks")] BinaryData body) => _ = body;

    public static void NamedBySetting([QueueTrigger("%TasksQueue%", Connection = "Other")] string body) => _ = body;

    public static void NamedBySettingOnly([QueueTrigger("%TasksQueue%")] string body) => _ = body;

    public static void BadlyNamed([QueueTrigger("no_queue")] string body) => _ = body;

    public static void OnPoison([QueueTrigger("tasks-poison")] string body) => _ = body;

    public static FunctionDescriptor Describe(string name)
    {
        var method = typeof(TestFunctions).GetMethod(name)!;
        var trigger = method.GetParameters()[0];
        return new FunctionDescriptor(name, method, trigger.Position, trigger.GetCustomAttribute<QueueTriggerAttribute>()!);
    }
}
