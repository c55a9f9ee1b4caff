namespace Celerity.Functions;
