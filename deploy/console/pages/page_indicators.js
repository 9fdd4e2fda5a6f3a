// One indicator in one year over many units: table, bars, distribution, what parents add up to.
import { h, show, later } from "./dom.js";
import { t, word, lang } from "./lang.js";
import { get, rows as allRows, address, on } from "./api.js";
import { number, change } from "./number.js";
import { table } from "./table.js";
import { bars, distribution, meter } from "./chart.js";
import { choice, indicatorChoice, indicatorList, provinceChoice, levelChoice, yearChoice, years, yearsWithFigures } from "./choices.js";
import { param } from "./route.js";
import { valueCell, evidenceCell, unitLink, unitName, levelWord, reportLink } from "./rows.js";

const MOST_BARS = 20;

function changeCell(row) {
  const share = change(row.value, row.before);
  return share === null ? "" : `${share > 0 ? "+" : ""}${number(100 * share)}%`;
}

const columns = () => [
  { key: "region", label: t("region"), of: (r) => r.region_name ?? r.region, cell: unitLink, name: true },
  { key: "issuer", label: t("issuer"), of: unitName },
  { key: "level", label: t("level"), of: levelWord, name: true },
  { key: "value", label: t("value"), num: true, of: (r) => r.value, cell: valueCell },
  { key: "before", label: t("before"), num: true, of: (r) => r.before, cell: (r) => number(r.before) },
  { key: "change", label: t("change"), num: true, of: (r) => change(r.value, r.before), cell: changeCell },
  { key: "evidence", label: t("evidence"), wide: true, sort: false, of: (r) => r.evidence?.[0]?.sentence, cell: evidenceCell },
];

function rollupColumns() {
  const figure = (key) => ({ key, label: t(key), num: true, of: (r) => r[key], cell: (r) => number(r[key]) });
  return [
    { key: "region", label: t("region"), of: (r) => r.region_name, cell: unitLink, name: true },
    { key: "children", label: t("level"), of: (r) => word("level", r.children_level), name: true },
    { key: "share", label: t("reported"), num: true, of: (r) => r.reporting / (r.children || 1),
      cell: (r) => [`${r.reporting} / ${r.children}`, meter(r.reporting, r.children)] },
    figure("sum"), figure("mean"), figure("min"), figure("median"), figure("max"),
  ];
}

function exportLinks(params) {
  const link = (format, label, more = {}) => h("a.button", { href: address("export", { ...params, ...more, format }), download: true }, label);
  return h("div.controls", h("span.soft", t("export")), link("xlsx", t("export_xlsx"), { rows: "values" }), link("csv", t("export_csv"), { bom: 1, rows: "values" }), link("jsonl", t("export_jsonl")));
}

function identity(row) {
  return [row.region, row.township, row.kind, row.issuer].join("|");
}

async function read(params, signal) {
  const now = await allRows("values", params, signal);
  const before = await allRows("values", { ...params, year: params.year - 1 }, signal);
  const known = new Map(before.rows.map((row) => [identity(row), row.value]));
  now.rows.forEach((row) => { row.before = known.get(identity(row)) ?? null; });
  return now;
}

function pictures(rows) {
  const unit = rows[0]?.unit ?? "";
  const top = [...rows].sort((a, b) => b.value - a.value).slice(0, MOST_BARS);
  const spread = distribution(rows.map((r) => r.value), unit);
  return h("div.two",
    h("section.card", h("h2", t("top", top.length)),
      bars(top.map((r) => ({ label: r.township || (r.kind === "government" ? r.region_name : unitName(r)) || r.region, value: r.value, href: reportLink(r) })), unit)),
    spread && h("section.card", h("h2", t("distribution")), spread));
}

async function names(rows, signal) {
  const found = new Map([["000000", t("level_nation")]]);
  (await get("regions", {}, signal)).regions.forEach((r) => found.set(r.code, r.name));
  const parents = new Set(rows.map((r) => r.region.slice(0, 2)).filter((code) => code !== "00"));
  if (parents.size <= 3)
    for (const code of parents)
      (await get("regions", { under: code }, signal)).regions.forEach((r) => found.set(r.code, r.name));
  rows.forEach((r) => { r.region_name = found.get(r.region) ?? r.region; });
}

export async function indicatorsPage(main, signal) {
  const list = await indicatorList();
  const indicator = param("indicator") || (list.find((i) => i.id === "litigation.cases") ?? list[0]).id;
  const described = list.find((i) => i.id === indicator);
  const [there, offered] = [await yearsWithFigures(indicator), await years(indicator)];
  const year = Number(param("year")) || there[0] || new Date().getFullYear() - 1;
  const region = param("region"), level = param("level"), kind = param("kind");
  const params = { indicator, year, region, level, kind };

  const draw = async () => {
    const { rows, more } = await read(params, signal);
    const rollups = (await allRows("rollups", { indicator, year, region }, signal)).rows;
    await names(rollups, signal);
    show(main,
      h("div.head", h("h1", described?.label ?? indicator), h("span.soft", `${year} · ${t("units_count", rows.length)}`)),
      lang() === "en" ? h("p.soft", described?.definition) : null,
      h("div.controls", await indicatorChoice(indicator), yearChoice(offered.includes(year) ? offered : [year, ...offered], year), levelChoice(level),
        await provinceChoice("region", region, true),
        choice("kind", t("kind"), [["", t("all_kinds")], ...["government", "department", "committee", "zone", "institution"].map((k) => [k, word("kind", k)])], kind)),
      rows.length > 2 ? pictures(rows) : null,
      more && h("p.tag.warn", t("cut_off", rows.length)),
      h("section", table({ columns: columns(), rows, sort: "-value", caption: described?.label,
        empty: h("div.empty", h("b", t("no_values")), t("no_values_do")) })),
      rows.length ? exportLinks(params) : null,
      rollups.length ? h("section", h("h2", t("rollups")), table({ columns: rollupColumns(), rows: rollups, name: "up_", sort: "-share", caption: t("rollups") })) : null);
  };
  await draw();
  const refresh = later(() => draw().catch(() => {}), 2000);
  return on("changes", (event) => {
    if (!event.rows.length || event.rows.some((row) => row.indicator === indicator && Math.abs(row.year - year) < 2)) refresh();
  });
}
