namespace Celerity.TestKit;
