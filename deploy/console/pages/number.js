// Figures as people read them.
import { t } from "./lang.js";

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });

export const number = (value) => value === null || value === undefined ? "–" : whole.format(value);

// 9 件, with what "余", "以上" said of it.
export function figure(row) {
  const bound = row.bound && row.bound !== "exact" ? t(`bound_${row.bound}`) : "";
  return { text: number(row.value), unit: row.unit ?? "", bound };
}

export function bytes(count) {
  if (count === null || count === undefined) return "–";
  const names = ["B", "KB", "MB", "GB", "TB"];
  let i = 0;
  while (count >= 1000 && i < names.length - 1) (count /= 1000), i++;
  return `${count < 10 && i ? count.toFixed(1) : Math.round(count)} ${names[i]}`;
}

export function percent(part, whole_) {
  return whole_ ? `${Math.round(100 * part / whole_)}%` : "–";
}

export function change(now, before) {
  if (before === null || before === undefined || now === null || now === undefined) return null;
  return before ? (now - before) / Math.abs(before) : null;
}

// 2026-11-30 06:27, the same width wherever it stands.
export const moment = (ms) => ms ? new Date(ms).toLocaleString("sv-SE", { dateStyle: "short", timeStyle: "short" }) : "–";

export function duration(ms) {
  const s = Math.round(ms / 1000);
  if (s < 60) return t("seconds", s);
  return s < 3600 ? t("minutes", Math.round(s / 60)) : t("hours", Math.round(s / 3600));
}
