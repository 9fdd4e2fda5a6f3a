// Bars and a distribution; each has its figures as text, so nothing is told by colour alone.
import { h, svg } from "./dom.js";
import { t } from "./lang.js";
import { number } from "./number.js";

// items: {label, value, href, here}
export function bars(items, unit = "") {
  const most = Math.max(...items.map((item) => Math.abs(item.value)), 0) || 1;
  return h("div.bars", { role: "list" }, items.flatMap((item) => {
    const fillBar = h("i");
    fillBar.style.width = `${100 * Math.abs(item.value) / most}%`;
    const label = item.href ? h("a", { href: item.href }, item.label) : item.label;
    return [h(item.here ? "span.here" : "span", { role: "listitem" }, label),
            h("div.bar", { "aria-hidden": "true" }, fillBar),
            h("span.value", number(item.value), unit && h("span.bound", unit))];
  }));
}

// How many units have how much: at most 24 steps of a round width.
export function distribution(values, unit = "") {
  const sorted = [...values].sort((a, b) => a - b);
  const low = sorted[0], high = sorted[sorted.length - 1];
  if (values.length < 5 || low === high) return null;
  const raw = (high - low) / 16, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw);
  const start = Math.floor(low / step) * step, count = Math.min(Math.floor((high - start) / step) + 1, 24);
  const heights = Array(count).fill(0);
  for (const v of values) heights[Math.min(Math.floor((v - start) / step), count - 1)]++;
  const tallest = Math.max(...heights), width = 640 / count;
  const picture = svg("svg", { viewBox: "0 0 640 170", class: "chart", role: "img",
    "aria-label": t("distribution_of", number(low), number(high), unit) },
    heights.map((n, i) => svg("rect", { x: i * width + 1, y: 130 - 120 * n / tallest, width: width - 2, height: 120 * n / tallest },
      svg("title", null, `${number(start + i * step)}–${number(start + (i + 1) * step)} ${unit}: ${n}`))),
    svg("line", { x1: 0, x2: 640, y1: 130.5, y2: 130.5 }),
    [0, .25, .5, .75, 1].map((q) => svg("text", { x: 640 * q, y: 150, "text-anchor": q === 0 ? "start" : q === 1 ? "end" : "middle" },
      number(start + q * step * count))));
  return picture;
}

export function meter(part, whole, busy = false) {
  const bar = h("i");
  bar.style.width = `${whole ? Math.min(100, 100 * part / whole) : 0}%`;
  return h(busy ? "div.meter.busy" : "div.meter", { role: "img", "aria-label": `${number(part)} / ${number(whole)}` }, bar);
}
