// Why a figure of the queue needs a person, in words and with what it is to be held against: the
// other places that say something else, the check's own sentence, the row and column it stands in,
// the years beside it.
import { h, marked } from "./dom.js";
import { t, word } from "./lang.js";
import { get } from "./api.js";
import { number } from "./number.js";
import { cellWords } from "./rows.js";

const sameSpan = (a, b) => a.start === b.start && a.end === b.end;
const touches = (a, b) => a.start < b.end && b.start < a.end;

function mentions(figure, report) {
  const others = report.figures.filter((f) => !sameSpan(f, figure) && f.indicator && f.indicator === figure.indicator);
  const another = others.filter((f) => f.value !== figure.value || f.unit !== figure.unit);
  return (another.length ? another : others).slice(0, 4).map((f) => h("li",
    h("a", { href: `/report/${figure.sha256}?at=${f.start}` }, `${number(f.value)} ${f.unit}`), " ",
    h("span.soft.small", (f.section ?? []).at(-1) ?? ""), h("div.other", marked(f.sentence, f.text, f.offset))));
}

// The same figure of the years around it.
async function years(figure, signal) {
  const { rows } = await get("values", { indicator: figure.indicator, region: figure.region, kind: figure.kind, limit: 200 }, signal);
  const same = rows.filter((r) => r.region === figure.region && (r.township ?? null) === (figure.township ?? null) && Math.abs(r.year - figure.year) === 1);
  return same.sort((a, b) => a.year - b.year).map((r) => h("li", h("span.soft", r.year), ` ${number(r.value)} ${r.unit}`));
}

const group = (head, lines) => lines.length ? [h("h3", head), h("ul.lines", lines)] : null;

// By its looks: then room is kept for the heads of its column. Whether it is one the reading says.
const isRow = (figure) => figure.sentence.includes("\t") || figure.sentence.split(/\s+/).length > 4;

export const hasMoreToSay = (figure) => isRow(figure) || (figure.reasons ?? []).some((r) => ["conflict", "audit", "outlier"].includes(r));

// Appears beside the card once it is known; the card itself doesn't wait for it.
export async function doubtsView(figure, signal) {
  const reasons = figure.reasons ?? [];
  const text = isRow(figure) ? null : 0; // only the text tells heads, and a scan's is read for a minute
  const report = await get(`documents/${figure.sha256}`, { text }, signal);
  const checks = report.audits.filter((a) => touches(a, figure)).map((a) => h("li", h("span.tag.warn", word("audit", a.type)), " ", a.note));
  const around = reasons.includes("outlier") && figure.indicator ? await years(figure, signal) : [];
  return [cellWords(report.quantities?.find((q) => sameSpan(q, figure))),
    group(t("said_elsewhere"), reasons.includes("conflict") ? mentions(figure, report) : []),
    group(t("audits"), checks), group(t("years_around"), around)];
}
