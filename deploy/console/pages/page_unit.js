// One region over the years: its government's values, other units' values, its documents.
import { h, show, later } from "./dom.js";
import { t, word } from "./lang.js";
import { get, rows as allRows, address, on } from "./api.js";
import { table } from "./table.js";
import { go } from "./route.js";
import { valueCell, evidenceCell, unitName } from "./rows.js";
import { documentColumns } from "./page_documents.js";
import { contests, contestView } from "./standing.js";

// What the newest value says it stands on.
const evidenceOf = (line, years) => years.map((year) => line.byYear[year]).find((row) => row?.evidence?.length);

function matrix(rows, name) {
  const years = [...new Set(rows.map((r) => r.year))].sort((a, b) => b - a).slice(0, 8);
  const lines = new Map();
  for (const row of rows) {
    const key = [row.indicator, row.kind === "government" && !row.township ? "" : unitName(row)].join("|");
    if (!lines.has(key)) lines.set(key, { label: row.label, indicator: row.indicator, unit: unitName(row), byYear: {} });
    lines.get(key).byYear[row.year] = row;
  }
  const columns = [
    { key: "label", label: t("indicator"), of: (l) => l.label, name: true,
      cell: (l) => h("a", { href: `/indicators?indicator=${l.indicator}` }, l.label) },
    ...(name === "other_" ? [{ key: "unit", label: t("issuer"), of: (l) => l.unit }] : []),
    ...years.map((year) => ({ key: String(year), label: String(year), num: true, of: (l) => l.byYear[year]?.value,
      cell: (l) => l.byYear[year] ? valueCell(l.byYear[year]) : h("span.soft", "–") })),
    { key: "evidence", label: t("evidence"), wide: true, sort: false, of: (l) => evidenceOf(l, years)?.evidence[0].sentence,
      cell: (l) => evidenceOf(l, years) ? evidenceCell(evidenceOf(l, years)) : "" },
  ];
  return table({ columns, rows: [...lines.values()], name, caption: t("indicators") });
}

function documents(list) {
  return table({ columns: documentColumns(), rows: list, name: "doc_", sort: "-year", caption: t("documents") });
}

function checks(list) {
  const columns = [
    { key: "type", label: t("audits"), of: (a) => word("audit", a.type), cell: (a) => h("span.tag.warn", word("audit", a.type)), name: true },
    { key: "note", label: t("reason"), of: (a) => a.note, cell: (a) => h("a", { href: `/report/${a.sha256}${a.end ? `?at=${a.start}` : ""}` }, a.note) },
    { key: "issuer", label: t("issuer"), of: unitName },
    { key: "year", label: t("year"), num: true, of: (a) => a.year },
  ];
  return table({ columns, rows: list, name: "audit_", sort: "-year", caption: t("audits") });
}

// Those that there are reports of stand out.
const regionCards = (list) => h("div.cards", list.map((r) =>
  h(r.reports ? "a.card.stat.has" : "a.card.stat", { href: `/unit/${r.code}`, title: r.reports ? t("with_reports") : t("without_reports") }, h("span", r.name))));

// Any region by its name.
async function chooser() {
  const list = h("datalist", { id: "region-list" });
  const find = later(async (event) => {
    const text = event.target.value.trim();
    const found = text && (await get("regions", { name: text })).regions;
    if (found) show(list, found.map((r) => h("option", { value: r.name }, word("level", r.level))));
    const exact = found && found.filter((r) => r.name === text);
    if (exact && exact.length === 1) go(`/unit/${exact[0].code}`);
  }, 200);
  return h("div.controls", h("label.grow", t("find_region"), h("input", { type: "search", list: "region-list", oninput: find, autocomplete: "off" })), list);
}

async function begin(main) {
  show(main, h("div.head", h("h1", t("choose_unit")), h("span.soft", t("marked_have_reports"))), await chooser(),
    regionCards((await get("regions", { reports: 1 })).regions));
}

const prefix = (code) => code.endsWith("0000") ? code.slice(0, 2) : code.endsWith("00") ? code.slice(0, 4) : code;

async function surroundings(code, signal) {
  const province = await get("regions", { under: code.slice(0, 2), reports: 1 }, signal);
  const own = province.regions.find((r) => r.code === code);
  const parents = province.regions.filter((r) => r.code !== code && code.startsWith(prefix(r.code)) && r.level !== "county");
  const below = province.regions.filter((r) => r.code !== code && r.code.startsWith(prefix(code)) &&
    (code.endsWith("0000") ? r.level === "prefecture" || (r.level === "county" && !province.regions.some((p) => p.level === "prefecture" && r.code.startsWith(prefix(p.code)))) : r.level === "county"));
  return { own, parents, below: code.endsWith("00") ? below : [] };
}

// An address with a name instead of a code.
async function goByName(main, name) {
  const found = (await get("regions", { name })).regions;
  if (found.length === 1) return go(`/unit/${found[0].code}`);
  show(main, h("div.head", h("h1", t("choose_unit"))), await chooser(),
    found.length ? regionCards(found.map((r) => ({ ...r, reports: true }))) : h("div.empty", h("b", t("no_region", name))));
}

export async function unitPage(main, signal, session) {
  const code = decodeURIComponent(location.pathname.split("/")[2] ?? "");
  if (!code) return begin(main);
  if (!/^\d{6}$/.test(code)) return goByName(main, code);
  const { own, parents, below } = await surroundings(code, signal);
  const draw = async () => {
    // A prefecture's code begins those of its counties: only its own rows are wanted here.
    const found = await allRows("values", { region: code, level: code.endsWith("00") ? own?.level : "" }, signal);
    const isOwn = (r) => r.region === code;
    const rows = found.rows.filter(isOwn);
    const filed = (await get("documents", { region: code, limit: 2000 }, signal)).documents.filter(isOwn);
    const waiting = contests(filed);
    const doubts = (await get("audits", { region: code, limit: 2000 }, signal)).audits.filter(isOwn);
    const government = rows.filter((r) => r.kind === "government" && !r.township);
    const others = rows.filter((r) => r.kind !== "government" || r.township);
    show(main,
      h("div.head", h("h1", own?.name ?? code), h("span.soft", `${code} · ${word("level", own?.level)}`),
        parents.map((r) => h("a", { href: `/unit/${r.code}` }, r.name))),
      await chooser(),
      waiting.length ? h("section", waiting.map((group) => contestView(group, session, () => draw()))) : null,
      rows.length || filed.length ? null : h("div.empty", h("b", t("unit_empty")), below.some((r) => r.reports) ? t("unit_empty_below") : t("unit_empty_do")),
      government.length ? h("section", h("h2", t("governments")), matrix(government, "gov_")) : null,
      others.length ? h("section", h("h2", t("other_units")), matrix(others, "other_")) : null,
      doubts.length ? h("section", h("h2", t("audits")), checks(doubts)) : null,
      filed.length ? h("section", h("h2", t("documents")), documents(filed),
        h("p.row", h("a.button", { href: address("export", { region: code, format: "xlsx", rows: "values" }), download: true }, t("export_xlsx")), " ",
          h("a.button", { href: address("export", { region: code, format: "csv", bom: 1 }), download: true }, t("export_csv")))) : null,
      below.length ? h("section", h("h2", t("children")), regionCards(below)) : null);
  };
  await draw();
  const refresh = later(() => draw().catch(() => {}), 2000);
  return on("changes", (event) => { if (!event.rows.length || event.rows.some((r) => r.region === code)) refresh(); });
}
