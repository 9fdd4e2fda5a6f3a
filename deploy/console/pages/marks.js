// A report's text with its figures marked. Offsets count bytes of UTF-8, as everywhere in the API.
import { h } from "./dom.js";
import { t } from "./lang.js";

const decoder = new TextDecoder();

export class ByteText {
  constructor(text) { this.bytes = new TextEncoder().encode(text); }
  slice(start, end) { return decoder.decode(this.bytes.subarray(start, end)); }
  get length() { return this.bytes.length; }
}

// What is marked: the store's figures over those that were only read.
export function allMarks(report) {
  const marks = new Map();
  for (const q of report.quantities ?? []) marks.set(`${q.start}-${q.end}`, { ...q, key: `${q.start}-${q.end}` });
  for (const f of report.figures) {
    const key = `${f.start}-${f.end}`;
    marks.set(key, { ...marks.get(key), ...f, key, stored: true });
  }
  let end = 0;
  return [...marks.values()].sort((a, b) => a.start - b.start || b.end - a.end).filter((m) => {
    const free = m.start >= end;
    if (free) end = m.end;
    return free;
  });
}

export function stateOf(mark) {
  if (mark.stale) return "stale";
  if (mark.verdict === "reject") return "rejected";
  if (mark.verdict) return "decided";
  return mark.state ?? "none";
}

function pieces(text, marks, from, to, choose) {
  const out = [];
  let at = from;
  for (const m of marks) {
    if (m.start < at || m.end > to) continue;
    if (m.start > at) out.push(text.slice(at, m.start));
    const state = stateOf(m);
    out.push(h(`mark.${state}`, { tabindex: "0", role: "button", "data-key": m.key, onclick: () => choose(m.key),
      title: m.label ? `${m.label} · ${t("mark_" + state)}` : t("mark_" + state),
      onkeydown: (event) => { if (event.key === "Enter") choose(m.key); } }, text.slice(m.start, m.end)));
    at = m.end;
  }
  if (at < to) out.push(text.slice(at, to));
  return out;
}

const blank = (byte) => byte === 32 || byte === 9 || byte === 13;

// Where a line's own text begins: behind blanks and ideographic or no-break spaces.
function lineStart(bytes, start, end) {
  for (let at = start; at < end;) {
    if (blank(bytes[at])) at += 1;
    else if (bytes[at] === 0xE3 && bytes[at + 1] === 0x80 && bytes[at + 2] === 0x80) at += 3;
    else if (bytes[at] === 0xC2 && bytes[at + 1] === 0xA0) at += 2;
    else return at;
  }
  return end;
}

// The cells of a row, each with its marks; `shift`: a merged cell in front is not written again.
function cellsOf(text, marks, from, to, shift, head, choose) {
  const cells = Array.from({ length: shift }, () => h("td"));
  for (let at = from, end = from; end <= to; end++) {
    if (end < to && text.bytes[end] !== 9) continue;
    const inside = pieces(text, marks.filter((m) => m.start >= at && m.end <= end), at, end, choose);
    const written = text.slice(at, end).trim();
    cells.push(h(head ? "th" : /^[\d.,，—–\-+%％\s]+$/.test(written) || /^\d/.test(written) ? "td.num" : "td", inside));
    at = end + 1;
  }
  return cells;
}

// Lines with tabs that follow each other are one table. What the reader of tables says of a row
// (where it is known) sets its cells under their heads.
function tableOf(text, lines, known, choose) {
  const rows = lines.map((line) => {
    const row = known.get(line.begin) ?? { shift: 0, head: false };
    return h("tr", { "data-start": line.start }, cellsOf(text, line.inside, line.begin, line.end, row.shift, row.head, choose));
  });
  const columns = Math.max(...rows.map((row) => row.children.length));
  rows.forEach((row) => { // a subtitle in a row of its own goes over all columns
    if (row.children.length === 1) row.firstChild.colSpan = columns;
    while (row.children.length > 1 && row.children.length < columns) row.append(h("td"));
  });
  return h("div.sheet", { tabindex: "0", role: "region", "aria-label": t("table") }, h("table", h("tbody", rows)));
}

// Paragraph by paragraph; headings are headings, rows of tables are tables.
export function markedText(text, marks, outline, rows, choose) {
  const heads = new Map(outline.map((heading) => [heading.start, heading]));
  const known = new Map((rows ?? []).map((row) => [row.start, row]));
  const place = h("article.text");
  let start = 0, next = 0, sheet = [];
  const endSheet = () => {
    if (sheet.length) place.append(tableOf(text, sheet, known, choose));
    sheet = [];
  };
  for (let i = 0; i <= text.length; i++) {
    if (i < text.length && text.bytes[i] !== 10) continue;
    const begin = lineStart(text.bytes, start, i);
    const inside = [];
    while (next < marks.length && marks[next].start < i) inside.push(marks[next++]);
    const cells = text.bytes.subarray(start, i).includes(9);
    if (cells && begin < i) sheet.push({ start, begin: known.has(begin) && !known.has(start) ? begin : start, end: i, inside });
    else endSheet();
    if (begin < i && !cells) {
      const heading = heads.get(begin);
      const whole = heading && heading.end >= i - 3;
      place.append(h(whole ? `p.h${Math.min(heading.level, 4)}` : "p", { "data-start": start }, pieces(text, inside, begin, i, choose)));
    }
    start = i + 1;
  }
  endSheet();
  return place;
}
