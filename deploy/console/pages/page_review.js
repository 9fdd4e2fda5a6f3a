// The queue: one figure at a time, leased so that two people never work on the same.
import { h, show, later, marked } from "./dom.js";
import { t, word } from "./lang.js";
import { get, post, on, address } from "./api.js";
import { number } from "./number.js";
import { param } from "./route.js";
import { choice, provinceChoice } from "./choices.js";
import { table } from "./table.js";
import { decisionForm, decider, nameField, claim, verdictTag, decide, tellDecided } from "./decide.js";
import { isTyping, setPageKeys } from "./keys.js";
import { doubtsView, hasMoreToSay } from "./doubts.js";

const reasons = ["conflict", "audit", "outlier", "ocr", "proposed", "stale"];
const reasonTags = (figure) => (figure.reasons ?? []).map((r) => [h("span.tag.warn", word("reason", r)), " "]);
const reportOf = (f) => `/report/${f.sha256}?at=${f.start}`;

const taken = (figure) => figure.lease_until_ms > Date.now();

function queueTable(items) {
  const columns = [
    { key: "issuer", label: t("issuer"), of: (f) => f.issuer ?? f.region_name, name: true },
    { key: "year", label: t("year"), num: true, of: (f) => f.year },
    { key: "label", label: t("indicator"), of: (f) => f.label ?? f.candidate_labels?.join("、"), cell: (f) => h("a", { href: reportOf(f) }, f.label ?? f.candidate_labels?.join("、") ?? "–") },
    { key: "value", label: t("value"), num: true, of: (f) => f.value, cell: (f) => [number(f.value), h("span.bound", f.unit)] },
    { key: "reasons", label: t("reason"), of: (f) => (f.reasons ?? []).map((r) => word("reason", r)).join("、"), cell: reasonTags },
    ...items.some(taken) ? [{ key: "lease", label: t("lease"), of: (f) => taken(f) ? f.lease_by : "" }] : [],
    { key: "sentence", label: t("evidence"), wide: true, sort: false, of: (f) => f.sentence, cell: (f) => marked(f.sentence, f.text, f.offset) },
  ];
  return table({ columns, rows: items, name: "q_", caption: t("review"), empty: h("div.empty", h("b", t("nothing_to_review")), t("nothing_to_review_do")) });
}

export async function reviewPage(main, signal, session) {
  const region = param("region"), reason = param("reason");
  const filter = { region, reason };
  const card = h("section"), list = h("section");
  const may = session.role !== "reader";
  let figure = null, form = null, last = null, left = 0, done = 0, from = "", behind = "";

  const next = async () => {
    if (!may) return;
    if (!decider(session)) {
      show(card, h("div.card", h("p", t("name_first")), nameField(session, next)));
      return;
    }
    const answer = await post(address("review/lease", { ...filter, cursor: from }).replace("/api/v1/", ""), { by: decider(session) });
    figure = answer.figure;
    left = answer.left;
    behind = answer.next ?? "";
    if (!figure && behind && !signal.aborted) { from = behind; return next(); } // looked long enough for one answer
    if (!figure && from) { from = ""; return next(); } // what was skipped comes again at the end
    await drawCard();
  };

  const drawCard = async () => {
    if (!figure) {
      form = null;
      show(card, h("div.empty", h("b", t("nothing_to_review")), t("nothing_to_review_do")));
      return;
    }
    form = await decisionForm({ figure, session, then: async (decided, verdict) => {
      last = tellDecided(decided, verdict);
      done++;
      await next();
      drawList();
    } });
    const why = h(hasMoreToSay(figure) ? "div.why.soon" : "div.why", hasMoreToSay(figure) ? " " : ""), shown = figure; // its room is kept
    doubtsView(figure, signal).then((parts) => { if (shown === figure) show(why, parts); }, () => show(why));
    show(card, h("div.card.one",
      h("p.soft", [left ? t("left", number(left)) : "", done ? t("done_now", number(done)) : ""].filter(Boolean).join(" · ")),
      h("p", reasonTags(figure), verdictTag(figure)),
      h("h2", `${figure.issuer ?? figure.region_name} · ${figure.year}`),
      h("p.soft.small", (figure.section ?? []).join(" › ")),
      h("blockquote", marked(figure.sentence, figure.text, figure.offset)),
      why,
      h("p", claim(figure.label, figure.value, figure.unit, figure.bound, figure.candidate_labels ?? [])),
      form,
      h("p.small", h("a", { href: reportOf(figure) }, t("in_report")), " · ", h("button.plain", { type: "button", onclick: skip }, t("skip"), h("kbd", "j")),
        last && [" · ", h("button.plain", { type: "button", onclick: undo }, t("undo_last"), h("kbd", "u"))])));
  };

  // To the next report: what is skipped comes again when all others are done.
  const skip = () => { from = behind; return next(); };
  const undo = async () => {
    if (!last) return;
    const { id, decision } = last;
    last = null;
    const back = await decide(session, { figure: id, base: decision, verdict: "withdraw" });
    tellDecided(null, "withdraw");
    done = Math.max(0, done - 1);
    left++;
    if (back) { figure = back; await drawCard(); }
    drawList();
  };

  const drawList = async () => {
    const items = [], until = Date.now() + 5000;
    let cursor = null;
    do { // a page may be empty and go on
      const page = await get("review", { ...filter, limit: 30, cursor }, signal);
      items.push(...page.review);
      cursor = page.next;
    } while (cursor && items.length < 30 && Date.now() < until);
    show(list, h("h2", t("queue")), queueTable(items));
  };

  const keys = (event) => {
    if (isTyping(event) || document.querySelector("dialog[open]")) return;
    const act = { a: "confirm", e: "correct", r: "reject" }[event.key];
    if (event.key === "j") skip();
    else if (event.key === "u") undo();
    else if (act && form?.act) form.act(act);
    else if (/[123]/.test(event.key)) form?.choose?.(event.key);
    else return;
    event.preventDefault();
  };

  show(main, h("div.head", h("h1", t("review")), h("span.soft", t("review_hint"))),
    h("div.controls", await provinceChoice("region", region, true),
      choice("reason", t("reason"), [["", t("all_kinds")], ...reasons.map((r) => [r, word("reason", r)])], reason)),
    card, list);
  await next();
  await drawList();
  document.addEventListener("keydown", keys);
  setPageKeys([["j", "key_skip"], ["a", "key_confirm"], ["e", "key_correct"], ["r", "key_reject"], ["u", "key_undo"], ["1 2 3", "key_choose"]]);
  const refresh = later(() => drawList().catch(() => {}), 800);
  const stops = [on("decisions", refresh)];
  return () => {
    document.removeEventListener("keydown", keys);
    setPageKeys([]);
    stops.forEach((stop) => stop());
    if (may && decider(session)) post("review/lease", { by: decider(session), release: true }).catch(() => {});
  };
}
