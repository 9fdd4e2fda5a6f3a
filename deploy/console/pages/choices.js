// The choices that several pages offer: region, year, level, indicator; each kept in the address.
import { h } from "./dom.js";
import { t } from "./lang.js";
import { get } from "./api.js";
import { param, setParams, again } from "./route.js";

const kept = new Map();

// What doesn't change while the page is open is asked for once.
export function once(path, params) {
  const key = JSON.stringify([path, params]);
  if (!kept.has(key)) kept.set(key, get(path, params).catch((problem) => { kept.delete(key); throw problem; }));
  return kept.get(key);
}

export const indicatorList = async () => (await once("indicators")).indicators;

export function choice(name, label, options, value) {
  const change = (event) => { setParams({ [name]: event.target.value }); again(); };
  return h("label", label, h("select", { onchange: change, name },
    options.map(([key, text]) => h("option", { value: key, selected: key === value }, text))));
}

// Those that there is a report of come first.
export async function provinceChoice(name, value, everything) {
  const list = (await get("regions", { reports: 1 })).regions;
  const option = (r) => h("option", { value: r.code.slice(0, 2), selected: r.code.slice(0, 2) === value }, r.name);
  const group = (label, some) => some.length ? h("optgroup", { label }, some.map(option)) : null;
  const change = (event) => { setParams({ [name]: event.target.value }); again(); };
  return h("label", t("province"), h("select", { onchange: change, name }, everything ? h("option", { value: "", selected: !value }, t("all_regions")) : null,
    group(t("with_reports"), list.filter((r) => r.reports)), group(t("without_reports"), list.filter((r) => !r.reports))));
}

export function levelChoice(value) {
  return choice("level", t("level"), [["", t("all_levels")], ...["province", "prefecture", "county", "township"].map((l) => [l, t("level_" + l)])], value);
}

const FIRST_YEAR = 2015; // the reports became a duty then; older ones are offered where there are any

// Years to choose from, the newest first: all since the reports began, so that departments' and
// townships' are among them, and those before that governments have figures of.
export async function years(indicator) {
  const found = new Set(await yearsWithFigures(indicator));
  for (let year = FIRST_YEAR; year < new Date().getFullYear(); year++) found.add(year);
  return [...found].sort((a, b) => b - a);
}

// Those that governments have figures of, the newest first.
export async function yearsWithFigures(indicator) {
  const params = indicator ? { indicator, level: "nation" } : { level: "nation" };
  const found = new Set();
  let cursor = null;
  do {
    const page = await get("rollups", { ...params, limit: 5000, cursor });
    page.rows.forEach((row) => found.add(row.year));
    cursor = page.next;
  } while (cursor);
  return [...found].sort((a, b) => b - a);
}

export const yearChoice = (list, value, any) => choice("year", t("year"), list.map((y) => [String(y), y === "" ? any : String(y)]), String(value));

// By label, id or a part of either.
export async function indicatorChoice(value) {
  const list = await indicatorList();
  const shown = list.find((i) => i.id === value)?.label ?? value;
  const change = (event) => {
    const text = event.target.value.trim();
    const found = list.find((i) => i.label === text || i.id === text) ?? list.find((i) => i.label.includes(text) || i.id.includes(text));
    if (!found) return;
    setParams({ indicator: found.id });
    again();
  };
  return h("label.grow", t("indicator"),
    h("input", { type: "search", list: "indicator-list", value: shown, onchange: change, name: "indicator", autocomplete: "off",
                 onfocus: (event) => event.target.select() }),
    h("datalist", { id: "indicator-list" }, list.map((i) => h("option", { value: i.label }, i.id))));
}
