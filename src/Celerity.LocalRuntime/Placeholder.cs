namespace Celerity.LocalRuntime;
