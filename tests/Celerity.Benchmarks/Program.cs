using Celerity.Benchmarks;

return await BenchmarkCommand.RunAsync(args);
