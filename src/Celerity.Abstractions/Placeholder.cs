namespace Celerity.Abstractions;
