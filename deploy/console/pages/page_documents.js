// All reports of a province and year: whose, how much was read, what counts; those to choose between
// first, those that were withdrawn last.
import { h, show, later } from "./dom.js";
import { t, word } from "./lang.js";
import { all, filedOf, get, on } from "./api.js";
import { moment } from "./number.js";
import { table } from "./table.js";
import { provinceChoice, yearChoice, years, choice } from "./choices.js";
import { param } from "./route.js";
import { unitName, kindWord } from "./rows.js";
import { fileName, standingTag, contests, contestView, restore } from "./standing.js";

const MOST = 2000, MOST_LIVE = 1000; // longer lists are not fetched again by themselves

export const documentColumns = () => [
  { key: "issuer", label: t("issuer"), of: unitName, issuer: true, cell: (d) => [h("a", { href: `/report/${d.sha256}` }, unitName(d)), " ", standingTag(d)] },
  { key: "year", label: t("year"), num: true, of: (d) => d.year },
  { key: "kind", label: t("kind"), of: kindWord, name: true },
  { key: "figures", label: t("values_count"), num: true, of: (d) => d.figures },
  { key: "proposed", label: t("mark_proposed"), num: true, of: (d) => d.proposed },
  { key: "audits", label: t("audits"), num: true, of: (d) => d.audits },
  { key: "published", label: t("published"), of: (d) => d.published ?? "", name: true },
  { key: "filed", label: t("filed_at"), num: true, of: (d) => d.filed_ms, cell: (d) => moment(d.filed_ms) },
  { key: "file", label: t("document"), of: (d) => fileName(d.path), cell: (d) => h("span", { title: d.path }, fileName(d.path)) },
];

// What an older store hasn't noted stands in the page's own note.
const named = (d) => ({ sha256: d.sha256, path: d.path ?? / \d{4} (.+?\.\w{2,4})(：|$)/.exec(d.note ?? "")?.[1] });

// Those whose last word is that they are withdrawn, or that they may come back, which they didn't.
async function withdrawn(session, signal, then) {
  const decisions = await all("decisions", {}, signal, 50000);
  const last = new Map();
  for (const d of decisions.filter((d) => d.verdict.endsWith("_document"))) if (!(last.get(d.sha256)?.seq > d.seq)) last.set(d.sha256, d);
  const back = await filedOf([...last.values()].filter((d) => d.verdict === "restore_document").map((d) => d.sha256), signal);
  const rows = [...last.values()].filter((d) => d.verdict === "withdraw_document" || back.get(d.sha256) === null).sort((a, b) => b.at_ms - a.at_ms);
  return rows.length ? h("ul.lines", rows.map((d) => h("li", `${d.by} · ${moment(d.at_ms)} · ${d.note ?? d.sha256.slice(0, 12)} `,
    session.role === "reader" ? null : h("button", { type: "button", onclick: () => restore(session, named(d), then) }, t("restore_document"))))) : h("p.soft", t("none_withdrawn"));
}

function withdrawnView(session, signal, then) {
  const place = h("div");
  const open = async (event) => { if (event.target.open) show(place, await withdrawn(session, signal, then)); };
  return h("details.after", { ontoggle: open }, h("summary", t("withdrawn_documents")), place);
}

export async function documentsPage(main, signal, session) {
  const region = param("region"), year = param("year"), kind = param("kind");
  const kinds = ["", "government", "department", "committee", "zone", "institution"].map((k) => [k, k ? word("kind", k) : t("all_kinds")]);
  const [province, offered] = [await provinceChoice("region", region, true), await years()];
  const list = h("div");
  let shown = 0;
  const draw = async () => {
    const documents = await all("documents", { region, year, kind }, signal, MOST);
    const waiting = contests(documents);
    shown = documents.length;
    show(list, waiting.length ? h("section", waiting.map((group) => contestView(group, session, draw))) : null,
      documents.length >= MOST && h("p.tag.warn", t("cut_off", documents.length)),
      table({ columns: documentColumns(), rows: documents, name: "doc_", sort: "-filed", caption: t("report"),
        empty: h("div.empty", h("b", t("no_documents")), h("p", t("first_steps_do")), h("a.button", { href: "/inbox" }, t("go_inbox"))) }),
      withdrawnView(session, signal, draw));
  };
  show(main, h("div.head", h("h1", t("report")), h("span.soft", t("documents_hint"))),
    h("div.controls", province, yearChoice(["", ...offered], year, t("all_years")), choice("kind", t("kind"), kinds, kind)), list);
  await draw();
  const refresh = later(() => draw().catch(() => {}), 3000);
  return on("changes", () => { if (shown < MOST_LIVE) refresh(); });
}
