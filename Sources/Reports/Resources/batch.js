for (const lang of ["ja", "en"]) {
    document.getElementById(lang).addEventListener("click", () => {
        document.documentElement.dataset.lang = document.documentElement.lang = lang;
        for (const other of ["ja", "en"])
            document.getElementById(other).setAttribute("aria-pressed", String(other === lang));
    });
}
