// How a row's value, evidence and unit are shown, the same on every page.
import { h, marked } from "./dom.js";
import { t, word } from "./lang.js";
import { figure } from "./number.js";

// The document that a value stands in, at its figure.
export function reportLink(row, evidence = row.evidence?.[0]) {
  if (!evidence) return null;
  return `/report/${evidence.doc}?at=${evidence.start}`;
}

export function valueCell(row, link = true) {
  const { text, unit, bound } = figure(row);
  const shown = [text, h("span.bound", bound ? `${bound} ${unit}` : unit)];
  return [link && row.evidence?.length ? h("a", { href: reportLink(row) }, shown) : shown, tags(row)];
}

export function tags(row) {
  return [row.conflict && h("span.tag.warn", { title: t("conflict_hint") }, t("conflict")),
          row.reviewed && h("span.tag.good", t("reviewed_" + row.reviewed)),
          row.origin === "ocr" && h("span.tag.warn", t("origin_ocr"))].filter(Boolean).map((tag) => [" ", tag]);
}

export function evidenceCell(row) {
  const first = row.evidence?.[0];
  return first ? marked(first.sentence, first.text) : "";
}

// Where a figure of a table stands: what names its row, and the heads of its column.
export function cellWords(q) {
  if (!q?.heads?.length && !q?.row?.length) return null;
  return h("p.small.cell-words", h("span.soft", t("in_table")), " ", q.row.length ? h("b", q.row.join(" ")) : null,
    q.row.length && q.heads.length ? h("span.soft", " × ") : "", h("b", q.heads.join(" › ")));
}

export const unitName = (row) => row.issuer || row.township || row.region_name || row.region;
export const unitLink = (row) => h("a", { href: `/unit/${row.region}` }, row.region_name ?? row.region);
export const levelWord = (row) => word("level", row.level);
export const kindWord = (row) => word("kind", row.kind);
