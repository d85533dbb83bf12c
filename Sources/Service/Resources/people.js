// Copying a secret that is shown once.
"use strict";
for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    // The clipboard of a page without HTTPS is reached by the old command alone.
    try { await navigator.clipboard.writeText(field.value); } catch { document.execCommand("copy"); }
    button.nextElementSibling.hidden = false;
  });
}
