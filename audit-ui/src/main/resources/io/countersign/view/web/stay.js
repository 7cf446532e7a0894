// SPDX-License-Identifier: Apache-2.0
"use strict";
// What pages do while they stand open: warn of the end of the session, and say what came since.
(() => {
  const root = document.documentElement;
  const $ = id => document.getElementById(id);
  const say = text => { $("status").textContent = text; };

  // --- the end of the session: said two minutes before, and what was typed stays
  const ending = $("ending");
  let watch = 0;
  async function left() {
    try {
      const answer = await fetch("/x/session");
      if (answer.ok) return await answer.json();
      if (answer.status === 401) return { seconds: 0, more: false };
    } catch {
      // The view cannot be reached, or answers something else: asked again later.
    }
    return { seconds: 180, more: false };
  }
  async function end() {
    // Another tab may have made it longer.
    const session = await left();
    if (session.seconds > 120) {
      if (ending.open) ending.close();
      wait(session.seconds);
      return;
    }
    const over = session.seconds <= 0;
    $("stay").hidden = !session.more || over;
    $("again").hidden = session.more && !over;
    $("ending-title").textContent = over ? "You were logged out" : "You will be logged out soon";
    $("ending-said").textContent = over
      ? "Your session is over. Log in again in another tab; a form on this page must then be loaded again: copy what you typed."
      : "Your session ends in less than two minutes. What you typed on this page stays.";
    if (!ending.open) {
      const before = document.activeElement;
      ending.addEventListener("close", () => { if (before) before.focus(); }, { once: true });
      ending.showModal();
    }
    if (!over) watch = setTimeout(end, (session.seconds + 1) * 1000);
  }
  function wait(seconds) {
    clearTimeout(watch);
    watch = setTimeout(end, Math.max(0, seconds - 120) * 1000);
  }
  if (ending) {
    wait(Number(root.dataset.left));
    $("stay").addEventListener("submit", async event => {
      event.preventDefault();
      await fetch("/stay", { method: "POST", body: new URLSearchParams(new FormData(event.target)), redirect: "manual" });
      say("You stay logged in");
      await end();
    });
  }

  // --- what came since; the page itself stands still
  async function fresh() {
    const link = $("fresh");
    if (!link || document.hidden) return;
    const answer = await fetch(link.dataset.ask);
    const count = answer.ok ? await answer.text() : "0";
    if (count === "0") return;
    link.textContent = count + " newer · show";
    link.dataset.new = "";
  }
  setInterval(() => fresh().catch(() => {}), 15000);

  // A page that comes back from memory may be of a session that is over.
  window.addEventListener("pageshow", event => { if (event.persisted) left().then(session => { if (session.seconds <= 0) location.assign("/login"); }); });
})();
