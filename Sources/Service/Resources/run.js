// Live progress of runs, and files for the next month that are dropped or chosen.
"use strict";

for (const card of document.querySelectorAll("[data-events]")) {
  const events = new EventSource(card.dataset.events);
  events.addEventListener("message", event => {
    const { state, tag, text } = JSON.parse(event.data);
    card.querySelector(".tag").textContent = tag;
    card.querySelector(".run-text").textContent = text;
    if (state === "waiting" || state === "running") return;
    events.close();
    location.reload();
  });
  addEventListener("pagehide", () => events.close());
}

// While a result is handed in, the page looks again by itself, unless somebody writes in it.
if (document.querySelector("[data-again]")) {
  setInterval(() => {
    if (!document.hidden && !document.activeElement.matches("input, textarea")) location.reload();
  }, 3000);
}
