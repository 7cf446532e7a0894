// SPDX-License-Identifier: Apache-2.0
"use strict";
// New rows as they come. Without this file the page is what it was when it was loaded, with a link for newer entries.
// The source is our own, not htmx's extension: that one forgets where it was after an HTTP error.
(() => {
  const box = document.getElementById("live");
  if (!box) return;
  const rows = document.getElementById("rows");
  const state = document.getElementById("state");
  const button = document.getElementById("pause");
  const older = document.getElementById("older");
  const status = document.getElementById("status");
  const waiting = [];
  const reasons = new Set();
  const title = document.title;
  const most = 500;
  let last = box.dataset.after;
  let source = null;
  let retry = 1000;
  let hidden = 0;
  let said = 0;
  let fresh = 0;
  let denied = 0;
  let full = false;

  function announce() {
    if (fresh && Date.now() - said > 10000) {
      status.textContent = `${fresh} new, ${denied} denied`;
      said = Date.now();
      fresh = denied = 0;
    }
  }
  function show() {
    const paused = reasons.size > 0;
    const more = full ? "more than " : "";
    state.textContent = paused ? `Paused – ${more}${waiting.length} waiting` : "Following new entries";
    state.classList.toggle("paused", paused);
    button.textContent = paused ? `Resume (${more}${waiting.length})` : "Pause";
    document.title = paused ? `(${waiting.length}${full ? "+" : ""}) Live – paused` : title;
  }
  function insert(list) {
    const template = document.createElement("template");
    template.innerHTML = "<table><tbody>" + list.join("") + "</tbody></table>";
    for (const row of template.content.querySelectorAll("tr")) {
      if (row.dataset.gap) {
        fresh += Number(row.dataset.gap);
        rows.prepend(row);
        continue;
      }
      if (rows.querySelector(`tr[data-id="${CSS.escape(row.dataset.id)}"]`)) continue;
      fresh++;
      if (row.querySelector(".outcome.deny")) denied++;
      rows.prepend(row);
    }
    while (rows.children.length > most) {
      rows.lastElementChild.remove();
      older.hidden = false;
    }
    announce();
  }
  function pause(why) {
    reasons.add(why);
    show();
  }
  function resume(why) {
    if (why) reasons.delete(why);
    else reasons.clear();
    if (reasons.size === 0 && waiting.length) {
      const before = document.documentElement.scrollHeight;
      const scrolled = window.scrollY > 0;
      insert(waiting.splice(0));
      if (scrolled) window.scrollBy(0, document.documentElement.scrollHeight - before);
    }
    if (reasons.size === 0 && full) {
      full = false;
      open();
    }
    show();
  }
  function take(list) {
    if (reasons.size) {
      waiting.push(...list);
      if (waiting.length >= most) {
        // What does not fit is not fetched now; the server says later how much it was.
        full = true;
        close();
      }
    } else insert(list);
    show();
  }
  function open() {
    source = new EventSource("/live/events?after=" + encodeURIComponent(last) + "&q=" + encodeURIComponent(box.dataset.query));
    source.addEventListener("entries", event => {
      last = event.lastEventId || last;
      take(event.data.split("\n"));
    });
    // More than a person could read: how many were left out here, and where they are.
    source.addEventListener("gap", event => {
      last = event.lastEventId || last;
      take([event.data]);
    });
    source.addEventListener("bye", () => {
      close();
      // The stream's session is over; the page may have stayed logged in with another end.
      fetch("/x/session").then(answer => {
        if (answer.ok) open();
        else location.assign("/login?next=" + encodeURIComponent(location.pathname + location.search));
      });
    });
    source.onopen = () => {
      retry = 1000;
      box.dataset.state = "open";
      show();
    };
    source.onerror = () => {
      // The browser gives up after an answer that is no stream; we do not, and go on where we were.
      box.dataset.state = "lost";
      state.textContent = "Connection lost, trying again";
      if (source && source.readyState === EventSource.CLOSED) {
        source = null;
        setTimeout(() => { if (!source && !full && !document.hidden) open(); }, retry + Math.random() * retry);
        retry = Math.min(30000, retry * 2);
      }
    };
  }
  function close() {
    if (source) source.close();
    source = null;
  }
  button.hidden = false;
  button.addEventListener("click", () => (reasons.size ? resume() : pause("button")));
  box.addEventListener("pointerenter", () => pause("pointer"));
  box.addEventListener("pointerleave", () => resume("pointer"));
  box.addEventListener("focusin", () => pause("focus"));
  box.addEventListener("focusout", event => { if (!box.contains(event.relatedTarget)) resume("focus"); });
  window.addEventListener("scroll", () => (window.scrollY > 200 ? pause("scroll") : resume("scroll")), { passive: true });
  document.addEventListener("view:space", () => button.click());
  // Browsers open six connections to a host: a hidden tab gives its own back.
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hidden);
    if (document.hidden) hidden = setTimeout(close, 10000);
    else if (!source && !full) open();
  });
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", event => { if (event.persisted && !source && !full) open(); });
  setInterval(announce, 2000);
  open();
})();
