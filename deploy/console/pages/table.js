// A table that sorts and filters what it has, and keeps both in the page's address.
import { h, show, later } from "./dom.js";
import { t } from "./lang.js";
import { param, setParams } from "./route.js";

const FIRST_ROWS = 200;

function compare(a, b) {
  if (a === b) return 0;
  if (a === null || a === undefined) return 1;
  if (b === null || b === undefined) return -1;
  return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "zh");
}

// columns: {key, label, num, of(row) -> what sorts, cell(row) -> what shows, sort: false}; room: {rows: how many
// are shown}, which outlives a table that is drawn again.
export function table({ columns, rows, caption, filter = true, name = "", sort = "", empty, room = { rows: FIRST_ROWS } }) {
  const place = h("div");
  const words = (row) => columns.map((c) => c.of?.(row) ?? "").join(" ").toLowerCase();

  const sorted = () => {
    const wanted = param(`${name}sort`) || sort;
    const down = wanted.startsWith("-");
    const column = columns.find((c) => c.key === wanted.replace("-", ""));
    const q = filter ? param(`${name}q`).toLowerCase().trim() : "";
    const kept = q ? rows.filter((row) => words(row).includes(q)) : [...rows];
    if (column) kept.sort((a, b) => {
      const x = column.of(a), y = column.of(b);
      const missing = (v) => v === null || v === undefined;
      return missing(x) || missing(y) ? compare(x, y) : compare(x, y) * (down ? -1 : 1);
    });
    return { kept, column, down };
  };

  const header = (column, current, down) => {
    const direction = column === current ? (down ? "descending" : "ascending") : null;
    const turn = () => {
      const first = column.num ? "-" : "";
      const key = column === current ? (down ? "" : "-") : first;
      setParams({ [`${name}sort`]: key + column.key });
      draw();
      place.querySelector(`th[data-key="${column.key}"] button`)?.focus();
    };
    return h(column.num ? "th.num" : "th", { scope: "col", "aria-sort": direction, "data-key": column.key },
             column.sort === false ? column.label : h("button", { type: "button", onclick: turn }, column.label));
  };

  const body = h("div");
  const draw = () => {
    const { kept, column, down } = sorted();
    if (!kept.length) {
      show(body, empty && !rows.length ? empty : h("div.empty", t("nothing_fits")));
      return;
    }
    const line = (row) => h("tr", columns.map((c) =>
      h("td" + (c.num ? ".num" : "") + (c.wide ? ".wide" : "") + (c.name ? ".name" : "") + (c.issuer ? ".issuer" : "") + (c.file ? ".file" : ""), c.cell ? c.cell(row) : c.of(row))));
    show(body, h("div.scroll", { tabindex: "0", role: "region", "aria-label": caption ?? t("table") },
      h("table", h("thead", h("tr", columns.map((c) => header(c, column, down)))),
        h("tbody", kept.slice(0, room.rows).map(line))),
      kept.length > room.rows && h("div.more", h("button", { type: "button", onclick: () => { room.rows += 1000; draw(); } },
        t("show_more", kept.length - room.rows)))));
  };

  if (filter && rows.length > 8) {
    const type = later(() => { setParams({ [`${name}q`]: input.value }); draw(); }, 120);
    const input = h("input", { type: "search", value: param(`${name}q`), placeholder: t("filter"), "aria-label": t("filter"), oninput: type });
    place.append(h("div.controls", input));
  }
  place.append(body);
  draw();
  return place;
}
