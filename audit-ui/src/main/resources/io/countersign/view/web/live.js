"use strict";
// Without this file the page is what it was when it was loaded, with a link for newer entries.
const box = document.getElementById("live");
const rows = document.getElementById("rows");
const state = document.getElementById("state");
const button = document.getElementById("pause");
const waiting = [];
let paused = false;
let said = 0;

function insert(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const row = template.content.querySelector("tr");
  if (!row || rows.querySelector(`tr[data-id="${row.dataset.id}"]`)) return;
  rows.prepend(row);
  while (rows.children.length > 500) rows.lastElementChild.remove();
}
function say(text, now) {
  if (now || Date.now() - said > 10000) {
    state.textContent = text;
    said = Date.now();
  }
}
const source = new EventSource("/live/events?after=" + box.dataset.after + "&q=" + encodeURIComponent(box.dataset.query));
source.addEventListener("entry", event => {
  if (paused) {
    waiting.push(event.data);
    button.textContent = `Resume – ${waiting.length} waiting`;
  } else insert(event.data);
});
source.onopen = () => say("Following", true);
source.onerror = () => say("Connection lost, trying again", true);
source.addEventListener("bye", () => { source.close(); say("The session is over: log in again", true); });
button.hidden = false;
button.addEventListener("click", () => {
  paused = !paused;
  button.textContent = paused ? "Resume" : "Pause";
  say(paused ? "Paused" : "Following", true);
  if (!paused) while (waiting.length) insert(waiting.shift());
});
