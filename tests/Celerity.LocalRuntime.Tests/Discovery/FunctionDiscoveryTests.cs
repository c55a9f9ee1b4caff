using System.Collections.Concurrent;
using System.Reflection;
using Celerity.LocalRuntime.Discovery;
using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Invocation;
using Celerity.LocalRuntime.Tests.Hosting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Discovery;

public sealed class FunctionDiscoveryTests
{
    [Fact]
    public void Discover_StaticAndInstanceMethods_FindsPublicOnesOfPublicClasses()
    {
        var functions = FunctionDiscovery.Discover([typeof(Mixed), typeof(Hidden)]);

        Assert.Equal(["instance", "static"], functions.Select(function => function.Name));
        Assert.Equal("input", functions[0].Trigger.Name);
        Assert.IsType<ProbeTriggerAttribute>(functions[0].TriggerAttribute);
    }

    // Only who is the first to look at a method is in danger: each round has one that nobody has seen.
    [Fact]
    public void Descriptor_OfAMethodThatTwoDescribeAtOnce_KnowsItsTrigger()
    {
        Type[] parts =
        [
            typeof(bool), typeof(byte), typeof(sbyte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long), typeof(ulong), typeof(char), typeof(float), typeof(double),
            typeof(decimal), typeof(Guid), typeof(DateTime), typeof(TimeSpan),
        ];
        var methods = parts.SelectMany(first => parts.Select(second => typeof(Unseen<,>).MakeGenericType(first, second).GetMethod("Run")!)).ToList();
        var without = new ConcurrentBag<MethodInfo>();
        using var together = new Barrier(2);

        Parallel.Invoke(DescribeEach, DescribeEach);

        Assert.Empty(without);

        void DescribeEach()
        {
            foreach (var method in methods)
            {
                together.SignalAndWait();
                var function = new FunctionDescriptor("run", method, TriggerPosition: 0, new ProbeTriggerAttribute());
                together.SignalAndWait();
                if (!new FunctionPlan.Cache(NullLoggerFactory.Instance).For(function).Parameters.Contains(function.Trigger))
                {
                    without.Add(method);
                }
            }
        }
    }

    [Fact]
    public void Discover_SameNameTwiceInAnotherCase_NamesBothMethods()
    {
        var exception = Assert.Throws<LocalStartException>(() => FunctionDiscovery.Discover([typeof(First), typeof(Second)]));

        Assert.Contains($"{typeof(First).FullName}.Run", exception.Message);
        Assert.Contains($"{typeof(Second).FullName}.Go", exception.Message);
    }

    [Theory]
    [InlineData(typeof(WithoutTrigger), "0 triggers")]
    [InlineData(typeof(WithTwoTriggers), "2 triggers")]
    [InlineData(typeof(BadName), "\"1st\" is no valid function name")]
    [InlineData(typeof(RetriedHttp), "AZFW0012")]
    [InlineData(typeof(UnmarkedResponse), "AZFW0015")]
    public void Discover_WhatTheOfficialBuildRefuses_Refuses(Type type, string expected)
    {
        var exception = Assert.Throws<LocalStartException>(() => FunctionDiscovery.Discover([type]));

        Assert.Contains(expected, exception.Message);
    }

    [Fact]
    public void Discover_RetryOnTimer_IsAllowed() =>
        Assert.Equal("retried", Assert.Single(FunctionDiscovery.Discover([typeof(RetriedTimer)])).Name);

    [Fact]
    public void FromEntryAssembly_HoldsTheTypesOfTheRunningProgram() =>
        Assert.Contains(typeof(Mixed), FunctionSource.FromEntryAssembly().Types);

    [Theory]
    [InlineData(typeof(HttpTriggerAttribute), "httpTrigger")]
    [InlineData(typeof(QueueTriggerAttribute), "queueTrigger")]
    [InlineData(typeof(QueueOutputAttribute), "queue")]
    [InlineData(typeof(DurableClientAttribute), "durableClient")]
    public void Of_OfficialAttribute_IsTheOfficialBindingType(Type attribute, string expected)
    {
        var instance = attribute.GetConstructor([typeof(string)]) is { } constructor
            ? constructor.Invoke(["name"])
            : Activator.CreateInstance(attribute)!;

        Assert.Equal(expected, BindingTypeName.Of((Attribute)instance));
    }

    [Theory]
    [InlineData(".NETCoreApp,Version=v10.0", "")]
    [InlineData(".NETCoreApp,Version=v10.0/linux-x64", """ ".NETCoreApp,Version=v10.0": {}, """)]
    public void Libraries_OfAnAppForAnyPlatformOrForOne_AreThoseThatReachTheRuntime(string target, string before)
    {
        var dependencies = $$"""
            {
              "runtimeTarget": { "name": "{{target}}", "signature": "" },
              "targets": { {{before}} "{{target}}": {
                "App/1.0.0": { "dependencies": { "Library": "1.0.0", "Other": "1.0.0" }, "runtime": { "App.dll": {} } },
                "Celerity.LocalRuntime/1.0.0": { "runtime": { "Celerity.LocalRuntime.dll": {} } },
                "Library/1.0.0": { "dependencies": { "Celerity.LocalRuntime": "1.0.0" }, "runtime": { "lib/net10.0/Library.dll": {} } },
                "Other/1.0.0": { "runtime": { "Other.dll": {} } } } }
            }
            """;

        Assert.Equal(["App", "Library"], FunctionSource.Dependents(dependencies));
    }

    public sealed class Mixed
    {
        [Function("static")]
        public static void Static([ProbeTrigger] string input) => _ = input;

        [Function("instance")]
        public void Instance([ProbeTrigger] string input) => _ = input + GetHashCode();

        [Function("private")]
        internal static void Internal([ProbeTrigger] string input) => _ = input;
    }

    public static class Unseen<TFirst, TSecond>
    {
        [Function("run")]
        public static string Run([ProbeTrigger] string input) => $"{input} {typeof(TFirst)} {typeof(TSecond)}";
    }

    public sealed class First
    {
        [Function("twin")]
        public static void Run([ProbeTrigger] string input) => _ = input;
    }

    public sealed class Second
    {
        [Function("TWIN")]
        public static void Go([ProbeTrigger] string input) => _ = input;
    }

    public sealed class WithoutTrigger
    {
        [Function("none")]
        public static void Run(string input) => _ = input;
    }

    public sealed class WithTwoTriggers
    {
        [Function("two")]
        public static void Run([ProbeTrigger] string first, [ProbeTrigger] string second) => _ = first + second;
    }

    public sealed class BadName
    {
        [Function("1st")]
        public static void Run([ProbeTrigger] string input) => _ = input;
    }

    public sealed class RetriedHttp
    {
        [Function("retried")]
        [FixedDelayRetry(3, "00:00:01")]
        public static void Run([HttpTrigger] string input) => _ = input;
    }

    public sealed class RetriedTimer
    {
        [Function("retried")]
        [FixedDelayRetry(3, "00:00:01")]
        public static void Run([TimerTrigger("0 0 * * * *")] string input) => _ = input;
    }

    public sealed class UnmarkedResponse
    {
        [Function("unmarked")]
        public static Output Run([HttpTrigger] string input) => new() { Message = input };

        public sealed class Output
        {
            [QueueOutput("out")]
            public string? Message { get; set; }

            public IActionResult? Response { get; set; }
        }
    }

    private sealed class Hidden
    {
        [Function("hidden")]
        public static void Run([ProbeTrigger] string input) => _ = input;
    }
}
