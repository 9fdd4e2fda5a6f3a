// Whether a document counts; of several of one unit and year a person chooses one; one is taken out
// whole, and put back.
import { h } from "./dom.js";
import { t } from "./lang.js";
import { post } from "./api.js";
import { number, moment } from "./number.js";
import { decide, decider, nameField } from "./decide.js";
import { note, ask } from "./notes.js";
import { unitName } from "./rows.js";

export const fileName = (path) => path.split("/").pop();

export const standingTag = (d) => d.standing === "contested" ? h("span.tag.warn", t("standing_contested"))
  : d.standing === "counted" ? null : h("span.tag", t(`standing_${d.standing}`));

const sameUnit = (d) => [d.region, d.township, d.kind, d.kind === "government" ? "" : d.issuer, d.year].join("|");

// What waits to be chosen, a group for each unit and year.
export function contests(documents) {
  const groups = new Map();
  for (const d of documents.filter((d) => d.standing === "contested")) {
    if (!groups.has(sameUnit(d))) groups.set(sameUnit(d), []);
    groups.get(sameUnit(d)).push(d);
  }
  return [...groups.values()];
}

async function choose(session, d, then) {
  const given = await ask({ title: t("choose_title", unitName(d), d.year), text: t("choose_why", fileName(d.path)), yes: t("choose_this"),
    fields: [nameField(session)], then: () => decide(session, { verdict: "choose_document", document: d.sha256 }) });
  if (!given) return;
  note(t("chosen"));
  then();
}

export const chooseButton = (session, d, then) => session.role === "reader" ? null
  : h("button", { type: "button", "data-choose": d.sha256, onclick: () => choose(session, d, then) }, t("choose_this"));

// The rivals of one unit and year, side by side.
export function contestView(group, session, then) {
  const [first] = group;
  return h("div.contest", h("h3", t("contest", unitName(first), first.year, group.length)), h("p.soft.small", t("contest_why")),
    h("div.scroll", { tabindex: "0", role: "region", "aria-label": t("documents") }, h("table",
      h("thead", h("tr", h("th", { scope: "col" }, t("document")), h("th", { scope: "col" }, t("actions")),
        ["values_count", "mark_proposed", "audits", "filed_at"].map((key) => h("th.num", { scope: "col" }, t(key))))),
      h("tbody", group.map((d) => h("tr", h("td", h("a", { href: `/report/${d.sha256}` }, fileName(d.path))),
        h("td", chooseButton(session, d, then)), [d.figures, d.proposed, d.audits].map((n) => h("td.num", number(n))), h("td.num", moment(d.filed_ms))))))));
}

// The wrong file, a draft, another unit's report: asked first, with a way back.
export async function withdraw(session, d, then) {
  const why = h("input", { name: "why", maxlength: 800, placeholder: t("note_hint"), autocomplete: "off" });
  const given = await ask({ title: t("withdraw_title", unitName(d), d.year), text: t("withdraw_document_why"), yes: t("withdraw_document"), danger: true,
    fields: [h("label.field", t("note"), why), nameField(session)],
    then: ({ why }) => decide(session, { verdict: "withdraw_document", document: d.sha256, note: `${unitName(d)} ${d.year} ${fileName(d.path)}${why ? `：${why}` : ""}` }) });
  if (given) then();
}

// `d`: its sha256, and the name that it had where somebody knows it: the store may not have noted any.
export async function restore(session, d, then) {
  const path = d.path ?? "";
  let outcome;
  const given = await ask({ title: t("restore_document"), text: t("restore_why"), yes: t("restore_document"), fields: [nameField(session)],
    then: async () => { ({ outcome } = await post(`documents/${d.sha256}/restore`, { by: decider(session), path })); } });
  if (!given) return;
  note(t("document_restored", t(`state_${outcome}`)));
  then();
}
