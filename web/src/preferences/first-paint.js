// Applies the remembered theme and type size before the first paint, so that nothing flashes. A
// classic script, because modules run only after the page is parsed; preferences.js does the rest.
for (const name of ["theme", "projector"]) {
  try {
    const value = localStorage.getItem(`wireglass.${name}`);
    if (value) document.documentElement.dataset[name] = value;
  } catch {
    // Storage is switched off: the system decides.
  }
}
