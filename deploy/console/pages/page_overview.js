// What waits, what needs a person, who has reported: live.
import { h, show, later } from "./dom.js";
import { t, word } from "./lang.js";
import { get, all, on, address } from "./api.js";
import { number, duration } from "./number.js";
import { meter } from "./chart.js";
import { provinceChoice, yearChoice, years, yearsWithFigures, indicatorList, once } from "./choices.js";
import { param } from "./route.js";
import { contests, contestView } from "./standing.js";

let status = null; // the last one told: shown at once when one comes back
let toReview = null; // how many figures wait for a person
let recent = null; // null: not asked for yet
on("status", (record) => { status = record; });
on("changes", (event) => { recent?.unshift(event); recent?.splice(12); });

const stat = (value, label, { alert = false, href = null } = {}) =>
  h((href ? "a" : "div") + ".card.stat" + (alert ? ".alert" : ""), { href }, h("b", value), h("span", label));

function statCards() {
  if (!status) return h("p.soft", t("loading"));
  if (status.away) return h("div.problem", t("pipeline_away", status.away));
  const last = status.stages?.find((s) => s.stage === "aggregate");
  return h("div.cards",
    stat(number(status.unfinished), status.empty_in_s ? `${t("waiting")} · ${duration(status.empty_in_s * 1000)}` : t("waiting"), { href: "/operations" }),
    toReview === null ? null : stat(number(toReview), t("to_review"), { href: "/review" }),
    stat(number(Math.round(10 * (last?.rate_per_s ?? 0)) / 10), t("rate")),
    stat(number(status.dead?.count ?? 0), t("dead_letters"), { alert: status.dead?.count > 0, href: "/inbox" }),
    status.workers?.length ? null : stat("0", t("workers"), { alert: true, href: "/operations" }));
}

async function recentList() {
  const labels = new Map((await indicatorList()).map((i) => [i.id, i.label]));
  recent ??= (await get("recent")).recent;
  if (!recent.length) return h("p.soft", t("recent_none"));
  const few = (event) => event.rows.length && event.rows.length < 4;
  const codes = [...new Set(recent.filter(few).flatMap((event) => event.rows.map((row) => row.region)))];
  const names = new Map(await Promise.all(codes.map(async (code) => [code, code === "000000" ? t("level_nation") : (await once("regions", { under: code })).regions[0]?.name ?? code])));
  return h("ul", recent.map((event) => h("li",
    h("span.soft.small", new Date(event.at_ms).toLocaleTimeString() + " "),
    few(event)
      ? event.rows.map((row, i) => [i ? "，" : "", h("a", { href: `/unit/${row.region}` }, names.get(row.region)), " ", String(row.year), " ", labels.get(row.indicator) ?? row.indicator])
      : t(event.more ? "recent_more" : "recent_many", event.count))));
}

// A row a prefecture, a cell a county.
function tiles(coverage) {
  const cell = (unit) => h("a.cell" + { reported: ".in", late: ".late", contested: ".contested", missing: "" }[unit.coverage],
    { href: `/unit/${unit.region}`, title: `${unit.region_name}：${t(unit.coverage)}`, "aria-label": `${unit.region_name}：${t(unit.coverage)}` });
  const counties = coverage.filter((u) => u.level === "county");
  const above = new Map(coverage.filter((u) => u.level !== "county").map((u) => [u.region, u]));
  const groups = new Map();
  for (const county of counties) {
    const parent = county.region.slice(0, 4) + "00";
    const key = above.has(parent) ? parent : county.region.slice(0, 2) + "0000";
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(county);
  }
  return h("div.tiles", [...groups].flatMap(([code, list]) => {
    const unit = above.get(code);
    const own = unit && h("span.tag" + { reported: ".good", late: ".warn", contested: ".warn", missing: ".dim" }[unit.coverage], t(unit.coverage));
    return [h("span", h("a", { href: `/unit/${code}` }, unit?.region_name ?? code), " ", own), h("span.cells", list.map(cell))];
  }));
}

// Reports of other units than the governments that owe one.
function othersView(filed, region, year) {
  const kinds = [["township", (d) => d.township], ...["department", "committee", "zone", "institution"].map((k) => [k, (d) => !d.township && d.kind === k])];
  const counted = kinds.map(([key, is]) => [key, filed.filter(is).length]).filter(([, n]) => n);
  return h("p", h("a", { href: `/report?region=${region}&year=${year}` }, t("reports_filed", filed.length)),
    counted.length ? h("span.soft", "：", counted.map(([key, n], i) => [i ? "，" : "", `${key === "township" ? t("level_township") : word("kind", key)} ${n}`])) : "");
}

function coverageView(coverage) {
  const levels = ["province", "prefecture", "county"].map((level) => {
    const all = coverage.filter((u) => u.level === level), inn = all.filter((u) => u.coverage !== "missing"), late = all.filter((u) => u.coverage === "late");
    return all.length ? h("div.card.stat", h("b", `${inn.length} / ${all.length}`), h("span", word("level", level), late.length ? ` · ${t("late")} ${late.length}` : ""), meter(inn.length, all.length)) : null;
  });
  return [h("div.cards", levels),
    h("div.key", h("span", h("i.in"), t("reported")), h("span", h("i.late"), t("late")), coverage.some((u) => u.coverage === "contested") ? h("span", h("i.contested"), t("contested")) : null, h("span", h("i"), t("missing"))),
    tiles(coverage), h("p.soft.small", t("coverage_hint"))];
}

// The sheet that an office hands in: all of a province and year.
function exports(region, year) {
  const links = (which, kinds) => h("div.controls", h("span.soft", kinds), [["export_wide", { format: "xlsx", shape: "wide", rows: "values" }],
    ["export_xlsx", { format: "xlsx" }], ["export_csv", { format: "csv", bom: 1 }]].map(([label, more]) =>
    h("a.button", { href: address("export", { ...which, ...more }), download: true }, t(label))));
  return [links({ region, year }, t("export_province", year)), links({}, t("export_everything"))];
}

const LAST = "xianzhi-province"; // the province that was looked at last

// Departments and townships may have reported where no government has.
async function newestYear(signal) {
  const [newest] = await yearsWithFigures();
  return String(newest ?? (await get("documents", { limit: 1 }, signal)).documents[0]?.year ?? "");
}

export async function overviewPage(main, signal, session) {
  const year = param("year") || await newestYear(signal);
  const offered = await years(), list = offered.includes(Number(year)) ? offered : [Number(year), ...offered];
  const cards = h("section"), coverage = h("section"), changes = h("div");
  const title = h("div.head", h("h1", t("overview")), h("span.soft", t("tagline")));
  if (!status) status = await get("status", {}, signal).catch(() => null);
  const drawCards = () => show(cards, status ? statCards() : h("p.soft", t("no_pipeline")));
  const drawRecent = async () => show(changes, await recentList());
  const count = async () => {
    toReview = (await get("review", { limit: 1 }, signal)).left;
    drawCards();
  };
  drawCards();
  await drawRecent();
  count().catch(() => {});

  if (param("region")) localStorage.setItem(LAST, param("region"));
  const region = param("region") || localStorage.getItem(LAST) || (year ? await busiest(year, signal) : "");
  const drawCoverage = async () => {
    if (!year) return show(coverage, h("div.empty", h("b", t("first_steps")), h("p", t("first_steps_do")), h("a.button", { href: "/inbox" }, t("go_inbox"))));
    const found = await all("coverage", { region, year }, signal);
    const filed = await all("documents", { region, year }, signal);
    const waiting = contests(await all("documents", { region, standing: "contested" }, signal));
    const open = new Set(waiting.flat().filter((d) => d.kind === "government" && !d.township && String(d.year) === year).map((d) => d.region));
    found.forEach((unit) => { if (open.has(unit.region)) unit.coverage = "contested"; });
    show(coverage, h("h2", t("coverage")),
      h("div.controls", await provinceChoice("region", region), yearChoice(list, year)),
      waiting.map((group) => contestView(group, session, () => drawCoverage())),
      coverageView(found), othersView(filed, region, year), exports(region, year));
  };
  await drawCoverage();
  show(main, title, cards, coverage, status && h("section", h("h2", t("recent")), changes));

  const refresh = later(() => { drawCoverage().catch(() => {}); count().catch(() => {}); }, 3000);
  const stops = [on("status", drawCards), on("changes", () => { drawRecent(); refresh(); }), on("decisions", refresh)];
  return () => stops.forEach((stop) => stop());
}

// The province that most is known of: a good place to begin.
async function busiest(year, signal) {
  const { rows } = await get("rollups", { year, level: "province", limit: 10000 }, signal);
  const counts = new Map();
  for (const row of rows) counts.set(row.region, (counts.get(row.region) ?? 0) + row.reporting);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0].slice(0, 2) ?? "14";
}
