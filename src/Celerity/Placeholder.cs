namespace Celerity;
