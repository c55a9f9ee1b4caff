document.title = "Celerity";
