// SPDX-License-Identifier: Apache-2.0
"use strict";
// What makes pages quicker to use. Everything here can also be done without it.
(() => {
  const root = document.documentElement;
  const status = document.getElementById("status");
  root.dataset.script = "on";
  const $ = id => document.getElementById(id);
  const say = text => { status.textContent = text; };

  // --- copying
  async function copy(text, what) {
    try {
      await navigator.clipboard.writeText(text);
      say(what + " copied");
      return true;
    } catch {
      say("The browser does not let this page copy");
      return false;
    }
  }
  document.addEventListener("click", async event => {
    const link = event.target.closest("[data-copy], [data-copy-text]");
    if (link && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      const json = link.dataset.copyText && document.querySelector(link.dataset.copyText);
      const done = await copy(json ? json.textContent : link.href, json ? "JSON" : "Link");
      const before = link.dataset.label || (link.dataset.label = link.textContent);
      link.textContent = done ? "Copied" : "Not copied";
      setTimeout(() => { link.textContent = before; }, 1500);
    }
    const value = event.target.closest("[data-copy-value]");
    if (value) await copy(value.closest("dd").querySelector("bdi").textContent, value.querySelector(".unseen").textContent.trim());
    const problem = event.target.closest("[data-from]");
    const box = $("q");
    if (problem && box) {
      event.preventDefault();
      box.focus();
      box.setSelectionRange(Number(problem.dataset.from), Math.max(Number(problem.dataset.to), Number(problem.dataset.from) + 1));
    }
    const more = event.target.closest("#rows a.expand");
    if (more) {
      event.preventDefault();
      await unfold(more.closest("tr"));
    }
    const back = event.target.closest("[data-back]");
    if (back && document.referrer.startsWith(location.origin) && history.length > 1) {
      event.preventDefault();
      history.back();
    }
    for (const menu of document.querySelectorAll("details.pick[open], details.who[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  // --- rows
  const links = () => [...document.querySelectorAll("#rows a.open")];
  const current = () => links().findIndex(link => link.closest("tr").contains(document.activeElement));
  function go(step) {
    const all = links();
    if (!all.length) return;
    const at = current();
    const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step))];
    next.focus();
    next.closest("tr").scrollIntoView({ block: "nearest" });
  }
  async function expand() {
    const link = links()[current()];
    if (link) await unfold(link.closest("tr"));
  }
  async function unfold(row) {
    if (row.nextElementSibling && row.nextElementSibling.classList.contains("opened")) {
      row.nextElementSibling.remove();
      say("Closed");
      return;
    }
    const answer = await fetch("/x/row?id=" + encodeURIComponent(row.dataset.id));
    if (answer.status === 401) location.assign("/login");
    if (!answer.ok) return say("The entry cannot be shown");
    const below = document.createElement("tr");
    below.className = "opened";
    below.setAttribute("role", "row");
    const cell = document.createElement("td");
    cell.setAttribute("role", "cell");
    cell.colSpan = row.children.length;
    cell.innerHTML = await answer.text();
    below.append(cell);
    row.after(below);
    say("Expanded");
  }
  const opened = "countersign-last-row";
  document.addEventListener("click", event => {
    const link = event.target.closest("#rows a.open");
    if (link) sessionStorage.setItem(opened, link.closest("tr").dataset.id);
  });
  function mark() {
    const id = sessionStorage.getItem(opened);
    document.querySelectorAll("#rows tr").forEach(row => row.classList.toggle("last", row.dataset.id === id));
  }

  // --- keys
  const press = id => { const link = $(id); if (link) link.click(); };
  const to = { o: "/", e: "/explore", v: "/live", k: "/locks", i: "/instances", w: "/why" };
  const keys = {
    "/": () => { const box = $("q") || document.querySelector("[role=search] input"); if (box) { box.focus(); box.select(); } },
    j: () => go(1),
    k: () => go(-1),
    o: () => { const link = links()[current()]; if (link) link.click(); },
    e: expand,
    c: () => { const link = $("frozen") || document.querySelector("[data-copy]"); copy(link ? link.href : location.href, "Link"); },
    n: () => press("older"),
    p: () => press("newer"),
    "[": () => press("earlier"),
    "]": () => press("later"),
    t: () => { const time = document.querySelector("input[name=t]"); if (time) { time.focus(); time.select(); } },
    x: () => press("csv"),
    " ": () => document.dispatchEvent(new Event("view:space")),
    "?": help,
  };
  let going = 0;
  async function help() {
    const dialog = $("keys");
    if (!dialog || dialog.open) return;
    const body = $("keys-body");
    if (!body.firstChild) {
      const page = new DOMParser().parseFromString(await (await fetch("/help")).text(), "text/html");
      const table = page.querySelector("#keys-list table");
      if (table) body.append(document.importNode(table, true));
    }
    const before = document.activeElement;
    dialog.addEventListener("close", () => { if (before) before.focus(); }, { once: true });
    dialog.showModal();
  }
  document.addEventListener("keydown", event => {
    if (root.dataset.keys !== "on" || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.target.closest("input, select, textarea, [contenteditable], dialog[open]")) {
      return;
    }
    if (event.key === "Escape") {
      document.querySelectorAll("details.pick[open], details.who[open]").forEach(menu => { menu.open = false; });
      return;
    }
    if (event.key === " " && (!$("live") || event.target.closest("a, button, summary"))) return;
    if (Date.now() - going < 1500 && to[event.key]) {
      going = 0;
      event.preventDefault();
      location.assign(to[event.key]);
      return;
    }
    if (event.key === "g") {
      going = Date.now();
      return;
    }
    const act = keys[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  });

  // --- completion, as the ARIA practices have it: the focus stays in the box
  let asked = 0;
  let timer = 0;
  const list = () => $("suggestions");
  function closeList() {
    const box = $("q");
    if (list()) list().hidden = true;
    if (box) {
      box.setAttribute("aria-expanded", "false");
      box.removeAttribute("aria-activedescendant");
    }
  }
  async function suggest(box) {
    const number = ++asked;
    const time = document.querySelector("input[name=t]");
    const head = box.value.slice(0, box.selectionStart);
    const answer = await fetch("/x/suggest?q=" + encodeURIComponent(head) + "&t=" + encodeURIComponent(time ? time.value : ""));
    if (!answer.ok || number !== asked || document.activeElement !== box) return;
    list().innerHTML = await answer.text();
    const count = list().children.length;
    list().hidden = count === 0;
    box.setAttribute("aria-expanded", String(count > 0));
    box.removeAttribute("aria-activedescendant");
    if (count) say(count === 1 ? "1 suggestion" : count + " suggestions");
  }
  function take(box, option) {
    const rest = box.value.slice(box.selectionStart);
    const text = option.dataset.value + (option.dataset.value.endsWith(":") ? "" : " ");
    box.value = text + rest.replace(/^\S*\s*/, "");
    box.setSelectionRange(text.length, text.length);
    closeList();
    if (text.endsWith(":")) suggest(box);
  }
  document.addEventListener("input", event => {
    if (event.target.id === "q" && list()) {
      clearTimeout(timer);
      timer = setTimeout(() => suggest(event.target), 150);
    }
  });
  document.addEventListener("keydown", event => {
    if (event.target.id !== "q" || !list() || list().hidden) return;
    const options = [...list().children];
    const box = event.target;
    const at = options.findIndex(option => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = (at + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length;
      options.forEach((option, i) => option.setAttribute("aria-selected", String(i === next)));
      box.setAttribute("aria-activedescendant", options[next].id);
      options[next].scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      take(box, options[at]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      closeList();
    } else if (event.key === "Tab") closeList();
  });
  document.addEventListener("mousedown", event => {
    const option = event.target.closest("#suggestions [role=option]");
    if (option) {
      event.preventDefault();
      take($("q"), option);
    } else if (event.target.id !== "q") closeList();
  });

  // --- after the page changed
  function wide() {
    const facets = $("facets");
    if (facets && matchMedia("(min-width: 1100px)").matches) facets.open = true;
  }
  function ready() {
    wide();
    mark();
    const problem = $("problem");
    if (problem) problem.focus();
  }
  document.addEventListener("htmx:beforeRequest", () => { const box = $("explorer"); if (box) box.setAttribute("aria-busy", "true"); closeList(); });
  document.addEventListener("htmx:afterRequest", () => { const box = $("explorer"); if (box) box.removeAttribute("aria-busy"); });
  document.addEventListener("htmx:responseError", event => say(event.detail.xhr.status === 401 ? "Log in again" : "That did not work; what you see is older"));
  document.addEventListener("htmx:sendError", () => say("The view cannot be reached; what you see is older"));
  document.addEventListener("htmx:afterSettle", () => {
    ready();
    const said = $("said");
    say($("problem") ? $("problem").querySelector("h2").textContent : said ? said.textContent : "");
  });
  const zone = $("browser-zone");
  if (zone) {
    const mine = Intl.DateTimeFormat().resolvedOptions().timeZone;
    zone.hidden = false;
    zone.querySelector("button").textContent = mine;
    zone.querySelector("button").addEventListener("click", () => { document.querySelector("input[name=tz]").value = mine; });
  }
  ready();
})();
