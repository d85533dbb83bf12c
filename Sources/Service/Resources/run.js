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

// A file is the body of its request; the page is loaded again when it was kept.
for (const slot of document.querySelectorAll("[data-put]")) {
  const said = slot.querySelector(".next-said");
  if (!said) continue;
  const put = async file => {
    said.textContent = slot.dataset.busy;
    const answer = await fetch(slot.dataset.put + "?name=" + encodeURIComponent(file.name), {
      method: "POST", body: file,
      headers: { "Content-Type": "application/octet-stream", "X-Form-Token": slot.dataset.token },
    }).catch(() => null);
    if (answer && answer.ok) return location.reload();
    const problem = answer ? await answer.json().catch(() => null) : null;
    const isJapanese = document.documentElement.lang === "ja";
    said.textContent = problem ? (isJapanese ? problem.japanese : problem.title)
      : isJapanese ? "送れませんでした。つながっているか確かめて、もう一度してください。" : "It could not be sent. Look at the connection and try again.";
    said.className = "next-said fault";
  };
  slot.querySelector("input[type=file]").addEventListener("change", event => {
    if (event.target.files[0]) put(event.target.files[0]);
  });
  slot.addEventListener("dragover", event => { event.preventDefault(); slot.classList.add("over"); });
  slot.addEventListener("dragleave", () => slot.classList.remove("over"));
  slot.addEventListener("drop", event => {
    event.preventDefault();
    slot.classList.remove("over");
    if (event.dataTransfer.files[0]) put(event.dataTransfer.files[0]);
  });
}
