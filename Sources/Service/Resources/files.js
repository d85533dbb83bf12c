// Sends files one after the other, each as the body of a request of its own, so that each is a version.
"use strict";

const drop = document.getElementById("drop");

if (drop) {
  const list = document.getElementById("sending");
  let version = drop.dataset.version;

  function send(file) {
    const line = document.createElement("li");
    const name = document.createElement("span");
    name.textContent = file.name;
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    line.append(name, bar);
    list.append(line);
    return new Promise(done => {
      const request = new XMLHttpRequest();
      function end(isGood, text) {
        const told = document.createElement("span");
        told.className = isGood ? "good" : "bad";
        told.textContent = text;
        bar.replaceWith(told);
        done(isGood);
      }
      request.upload.onprogress = event => { if (event.lengthComputable) bar.value = event.loaded / event.total; };
      request.onload = () => {
        let answer = {};
        try { answer = JSON.parse(request.responseText); } catch { /* told below */ }
        if (request.status === 201) {
          version = answer.version;
          end(true, drop.dataset.done);
        } else {
          end(false, (document.documentElement.lang === "ja" ? answer.japanese : answer.title) || drop.dataset.cut);
        }
      };
      request.onerror = request.onabort = request.ontimeout = () => end(false, drop.dataset.cut);
      request.open("POST", `${drop.dataset.target}?name=${encodeURIComponent(file.name)}&expecting=${version}`);
      request.setRequestHeader("X-Form-Token", drop.dataset.token);
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.send(file);
    });
  }

  async function sendAll(files) {
    let isGood = files.length > 0;
    for (const file of files) isGood = await send(file) && isGood;
    // Where something went wrong, its sentence stays.
    if (isGood) location.reload();
  }

  // Files that Excel or the system keeps beside the tables are no part of a case.
  const isWanted = file => !/^[.~]/.test(file.name) && !/^(thumbs\.db|desktop\.ini)$/i.test(file.name);

  async function filesOf(entry) {
    if (entry.isFile) return [await new Promise((found, failed) => entry.file(found, failed))];
    const reader = entry.createReader();
    const files = [];
    for (;;) {
      const entries = await new Promise((found, failed) => reader.readEntries(found, failed));
      if (!entries.length) return files;
      for (const each of entries) files.push(...await filesOf(each));
    }
  }

  for (const id of ["choose", "choose-folder"]) {
    document.getElementById(id).addEventListener("change", event => {
      sendAll([...event.target.files].filter(isWanted));
      event.target.value = "";
    });
  }
  addEventListener("dragover", event => { event.preventDefault(); drop.classList.add("over"); });
  addEventListener("dragleave", () => drop.classList.remove("over"));
  addEventListener("drop", async event => {
    event.preventDefault();
    drop.classList.remove("over");
    const entries = [...event.dataTransfer.items].map(item => item.webkitGetAsEntry()).filter(Boolean);
    const files = [];
    for (const entry of entries) files.push(...await filesOf(entry));
    sendAll(files.filter(isWanted));
  });
}

// Of a table that is not used nothing need be answered.
for (const select of document.querySelectorAll('select[name^="table."]')) {
  select.addEventListener("change", () => {
    for (const answer of select.closest("section").querySelectorAll('input[value="yes"]')) answer.required = select.value !== "";
    const content = select.closest("section").querySelector("details.content");
    if (content) content.open = select.value !== "";
  });
}
