using Celerity.Cli;

return await CelerityCommand.RunAsync(args, Console.Out, Console.Error, CancellationToken.None);
