// SPDX-License-Identifier: Apache-2.0
"use strict";
// Draws the bars with uPlot and lets one choose a stretch. Without this file the page's own drawing stays.
(() => {
  const drawn = [];

  function token(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function hatch(ctx, ink, ground) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 6;
    const pen = tile.getContext("2d");
    pen.fillStyle = ground;
    pen.fillRect(0, 0, 6, 6);
    pen.strokeStyle = ink;
    pen.lineWidth = 2;
    pen.beginPath();
    pen.moveTo(-1, 7);
    pen.lineTo(7, -1);
    pen.moveTo(-1, 1);
    pen.lineTo(1, -1);
    pen.moveTo(5, 7);
    pen.lineTo(7, 5);
    pen.stroke();
    return ctx.createPattern(tile, "repeat");
  }

  function zoned(zone) {
    return (date, options) => new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour12: false, ...options }).format(date);
  }

  function ticks(zone, span) {
    const format = zoned(zone);
    return (_, splits) => splits.map(at => {
      const date = new Date(at * 1000);
      return span > 3 * 86400 ? format(date, { day: "numeric", month: "short" })
        : span < 600 ? format(date, { hour: "2-digit", minute: "2-digit", second: "2-digit" })
        : format(date, { hour: "2-digit", minute: "2-digit" });
    });
  }

  function choose(base, from, to) {
    const iso = at => new Date(Math.round(at * 1000)).toISOString();
    location.assign(base + encodeURIComponent(iso(from) + ".." + iso(to)));
  }

  function draw(figure) {
    const data = JSON.parse(figure.dataset.chart);
    const box = figure.querySelector(".plot");
    const step = data.width / 1000;
    const x = data.deny.map((_, i) => (data.from / 1000) + i * step + step / 2);
    // uPlot does not stack: the tallest sum is drawn first, the others over it.
    const two = data.deny.map((n, i) => n + data.drop[i]);
    const all = two.map((n, i) => n + data.allow[i]);
    const bars = uPlot.paths.bars({ size: [0.86, 40], gap: 1 });
    const ink = { muted: token("--muted"), line: token("--line"), deny: token("--deny"), drop: token("--drop"), dropTint: token("--drop-tint"), allow: token("--bar-allow") };
    const series = (label, fill) => ({ label, fill, stroke: "transparent", width: 0, paths: bars, points: { show: false } });
    const font = "12px system-ui, sans-serif";
    const chart = new uPlot({
      width: box.clientWidth,
      height: 112,
      padding: [6, 14, 0, 0],
      legend: { show: false },
      tzDate: at => new Date(at * 1000),
      cursor: { drag: { x: true, y: false, setScale: false }, points: { show: false }, y: false },
      scales: { x: { time: true, range: [data.from / 1000, data.from / 1000 + step * x.length] }, y: { range: (_, low, high) => [0, Math.max(1, high)] } },
      axes: [
        { stroke: ink.muted, font, size: 24, gap: 4, grid: { show: false }, ticks: { stroke: ink.line, size: 4 }, values: ticks(figure.dataset.zone, step * x.length), space: 80 },
        { stroke: ink.muted, font, size: 44, gap: 4, grid: { stroke: ink.line, width: 1 }, ticks: { show: false }, space: 32, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6] },
      ],
      series: [{}, series("allowed", ink.allow), series("dropped", u => hatch(u.ctx, ink.drop, ink.dropTint)), series("denied", ink.deny)],
      hooks: {
        setSelect: [u => {
          if (u.select.width > 3) choose(figure.dataset.base, u.posToVal(u.select.left, "x"), u.posToVal(u.select.left + u.select.width, "x"));
        }],
      },
    }, [x, all, two, data.deny], box);
    const drawing = box.querySelector(":scope > svg");
    if (drawing) drawing.setAttribute("hidden", ""), drawing.style.display = "none";
    chart.root.setAttribute("aria-hidden", "true");
    drawn.push({ chart, box, figure });
  }

  function all() {
    while (drawn.length) {
      const old = drawn.pop();
      old.chart.destroy();
    }
    document.querySelectorAll("figure[data-chart]").forEach(draw);
  }

  let wait = 0;
  const soon = () => {
    clearTimeout(wait);
    wait = setTimeout(all, 60);
  };
  all();
  document.addEventListener("htmx:afterSettle", soon);
  window.addEventListener("resize", soon);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", soon);
  matchMedia("(forced-colors: active)").addEventListener("change", soon);
})();
