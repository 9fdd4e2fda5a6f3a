// One report as published, every figure marked by its state; click one to see why, and to decide.
import { h, svg, show } from "./dom.js";
import { t, word } from "./lang.js";
import { get, address, on } from "./api.js";
import { number, bytes as size, figure as asFigure } from "./number.js";
import { again, param, setParams } from "./route.js";
import { chooseButton, fileName, restore, withdraw } from "./standing.js";
import { unitName } from "./rows.js";
import { ByteText, allMarks, markedText, stateOf } from "./marks.js";
import { decisionForm, claim, verdictTag, tellDecided } from "./decide.js";
import { indicatorList } from "./choices.js";
import { cellWords } from "./rows.js";
import { isTyping, setPageKeys } from "./keys.js";

const shownStates = ["asserted", "proposed", "decided", "rejected", "stale"];

function facts(report) {
  const d = report.document;
  const line = (label, value) => value ? [h("dt", label), h("dd", value)] : null;
  return h("dl.facts", line(t("region"), h("a", { href: `/unit/${d.region}` }, d.region_name ?? d.region)), line(t("issuer"), d.issuer), line(t("kind"), word("kind", d.kind)),
    line(t("year"), d.year), line(t("doc_number"), d.doc_number), line(t("published"), d.published), line(t("signed"), d.signed),
    line(t("document"), h("a", { href: address(`documents/${d.sha256}/original`), download: true }, `${d.path.split("/").pop()}${report.text === null ? "" : ` (${size(report.bytes)})`}`)));
}

// Out of all results: with the way back beside it.
function showWithdrawn(main, session, d) {
  show(main, h("div.head", h("h1", unitName(d)), h("span.soft", d.year)),
    h("div.empty", h("b", t("document_withdrawn")), h("p", fileName(d.path)),
      h("p.row", h("button", { type: "button", onclick: () => restore(session, d, again) }, t("restore_document")), " ",
        h("a.button", { href: `/unit/${d.region}` }, t("to_unit")))));
}

// Whether it counts, and what can be done about that.
function standing(report, session, main) {
  const d = report.document;
  if (d.standing === "counted") return null;
  return h("div.problem.notice", h("b", t(`standing_${d.standing}_why`)), " ", h("a", { href: `/unit/${d.region}` }, t("to_unit")), " ",
    d.standing !== "replaced" ? chooseButton(session, d, again) : d.replaced_by ? h("a", { href: `/report/${d.replaced_by}` }, t("newer_version")) : null);
}

function audits(report, jump) {
  if (!report.audits.length) return null;
  return h("section.card", h("h2", t("audits")), h("ul.lines", report.audits.map((a) =>
    h("li", h("span.tag.warn", word("audit", a.type)), " ", a.end > a.start ? h("button.plain", { type: "button", onclick: () => jump(a.start) }, a.note) : a.note))));
}

function outlineView(report, jump) {
  return h("nav.outline", { "aria-label": t("outline") }, report.outline.filter((o) => o.level < 3).map((o) =>
    h(`a.l${o.level}`, { href: `#${o.start}`, onclick: (event) => { event.preventDefault(); jump(o.start); } }, o.number, o.title)));
}

function legend(marks, toggle, showNone) {
  const count = (state) => marks.filter((m) => stateOf(m) === state).length;
  return h("div.key.legend", [...shownStates, "none"].filter((s) => count(s)).map((s) =>
    h("span", h(`mark.${s}`, t("mark_" + s)), ` ${count(s)}`)),
    h("label", h("input", { type: "checkbox", checked: showNone, onchange: toggle }), " ", t("show_none")));
}

// The page that a figure was printed on, with its place on it. Boxes are in points from the top left.
function pageImage(sha256, mark, format) {
  if (!mark?.page) return null;
  const DPI = 110, POINTS = 72, drawn = format === "ofd";
  const [x0, y0, x1, y1] = mark.box ?? [0, 0, 0, 0];
  const enlarge = () => place.classList.toggle("large");
  const place = h("figure.page", { tabindex: "0", role: "button", "aria-label": t("enlarge"), onclick: enlarge,
    onkeydown: (event) => { if (event.key === "Enter" || (event.key === "Escape" && place.classList.contains("large"))) enlarge(); } });
  const image = h("img", { src: address(`documents/${sha256}/pages/${mark.page}.${drawn ? "svg" : "png"}`), alt: t("page_of", mark.page), onload: () => {
    const scale = drawn ? 1 : POINTS / DPI; // a drawing is as large as its page in points
    const width = image.naturalWidth * scale, height = image.naturalHeight * scale;
    if (x1 <= x0) return;
    view.append(svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "over", "aria-hidden": "true" },
      svg("rect", { x: x0 - 2, y: y0 - 2, width: x1 - x0 + 4, height: y1 - y0 + 4 })));
    const centre = (shown, at, room) => Math.max(0, shown * at - room / 2);
    view.scrollTop = centre(image.clientHeight, (y0 + y1) / 2 / height, view.clientHeight);
    view.scrollLeft = centre(image.clientWidth, (x0 + x1) / 2 / width, view.clientWidth);
  }, onerror: () => place.remove() });
  const view = h("div.view", image);
  place.append(view, h("figcaption", t("page_of", mark.page)));
  return place;
}

// "litigation.cases#2 +434": which rule of which indicator, and how sure it was.
function ruleLine(rule, labels) {
  const [, id, n, score] = /^([^#\s]+)#(\d+)(?:\s+([+-]?\d+))?/.exec(rule) ?? [];
  if (!id) return h("p.soft.small", rule);
  return h("p.soft.small", t("by_rule"), " ", h("a", { href: `/catalogue/${id}` }, labels.get(id) ?? id), " ", t("rule_number", n), score ? ` · ${t("score", score)}` : "");
}

// Without the original there are still the sentences.
function sentencesOnly(report, marks, choose) {
  return h("article.text", h("p.problem", t("no_text"), " ", h("span.soft.small", report.why ?? "")), marks.map((m) => {
    const { text, unit } = asFigure(m);
    return h("p", h("span.soft", (m.section ?? []).join(" › ")), h("br"), m.sentence, " ", h(`mark.${stateOf(m)}`, { tabindex: "0", role: "button", "data-key": m.key, onclick: () => choose(m.key) }, `${m.label ?? ""} ${text} ${unit}`));
  }));
}

export async function reportPage(main, signal, session) {
  const sha256 = location.pathname.split("/")[2] ?? "";
  const labels = new Map((await indicatorList()).map((i) => [i.id, i.label]));
  let report, marks, text, chosen = null, form = null;
  const panel = h("aside.panel", { "aria-live": "polite" }), middle = h("div"), side = h("div.sideways");
  const visible = () => marks.filter((m) => param("none") || stateOf(m) !== "none");

  const jump = (offset) => {
    const lines = [...middle.querySelectorAll("[data-start]")].filter((p) => Number(p.dataset.start) <= offset);
    lines.at(-1)?.scrollIntoView({ block: "center" });
  };

  const choose = async (key, scroll = false) => {
    chosen = marks.find((m) => m.key === key) ?? null;
    middle.querySelectorAll("mark.here").forEach((m) => m.classList.remove("here"));
    const element = chosen && middle.querySelector(`mark[data-key="${chosen.key}"]`);
    element?.classList.add("here");
    element?.scrollIntoView({ block: scroll ? "center" : "nearest" });
    if (chosen) setParams({ at: chosen.start });
    await drawPanel();
  };

  const close = () => choose(null);
  const drawPanel = async () => {
    panel.classList.toggle("open", Boolean(chosen));
    if (!chosen) {
      form = null;
      show(panel, h("section.card", h("p.soft", t("choose_figure")), facts(report),
        session.role === "reader" ? null : h("p", h("button", { type: "button", "data-act": "withdraw_document", onclick: () => withdraw(session, report.document, () => showWithdrawn(main, session, report.document)) }, t("withdraw_document")))),
        audits(report, jump));
      return;
    }
    const m = chosen;
    const others = m.indicator ? marks.filter((o) => o.key !== m.key && o.indicator === m.indicator) : [];
    const sentence = m.sentence ?? (text && m.sentence_end ? text.slice(m.sentence_start, m.sentence_end) : "");
    const maybe = (m.candidate_labels ?? m.proposed?.map((id) => labels.get(id) ?? id) ?? []);
    const figure = m.stored ? m : { ...m, text: text?.slice(m.start, m.end) ?? m.text, sentence, document: sha256, candidates: m.proposed };
    form = await decisionForm({ figure, session, decisions: report.decisions.filter((d) => d.start === m.start && d.end === m.end),
      then: async (f, verdict) => { tellDecided(f, verdict); await load(); await choose(m.key); } });
    show(panel, h("section.card",
      h("button.plain.close", { type: "button", onclick: close, "aria-label": t("close") }, "×"),
      h("p", claim(m.label ?? labels.get(m.indicator), m.value, m.unit, m.bound, maybe), " ", verdictTag(m)),
      m.verdict && m.said_indicator ? h("p.soft.small", t("said"), " ", claim(m.said_label, m.said_value, m.said_unit, m.said_bound)) : null,
      h("p", h("span.tag" + ({ proposed: ".warn", none: "" }[stateOf(m)] ?? ".good"), t("mark_" + stateOf(m))), " ", m.origin === "ocr" ? h("span.tag.warn", t("origin_ocr")) : null),
      cellWords(m), m.rule ? ruleLine(m.rule, labels) : null,
      (m.section ?? []).length ? h("p.soft.small", m.section.join(" › ")) : null,
      others.length ? h("p.small", t("also_said"), others.map((o) => [" ", h("button.plain", { type: "button", onclick: () => choose(o.key, true) }, `${number(o.value)}${o.unit}`)])) : null,
      report.audits.filter((a) => a.start < m.end && m.start < a.end).map((a) => h("p.small", h("span.tag.warn", word("audit", a.type)), " ", a.note)),
      pageImage(sha256, m, report.format), form,
      m.indicator ? h("p.small", h("a", { href: `/indicators?indicator=${m.indicator}&year=${report.document.year}` }, t("compare_units"))) : null), audits(report, jump));
  };

  const drawText = () => {
    const list = visible();
    show(middle, legend(marks, () => { setParams({ none: param("none") ? "" : "1" }); drawText(); }, Boolean(param("none"))),
      text ? markedText(text, list, report.outline, report.rows, (key) => choose(key)) : sentencesOnly(report, list, (key) => choose(key)));
  };

  const load = async () => {
    report = await get(`documents/${sha256}`, {}, signal);
    text = report.text === null ? null : new ByteText(report.text);
    marks = allMarks(report);
    drawText();
  };

  const step = (by) => {
    const list = visible();
    const i = chosen ? list.findIndex((m) => m.key === chosen.key) : by > 0 ? -1 : list.length;
    const next = list[Math.min(Math.max(i + by, 0), list.length - 1)];
    if (next) choose(next.key, true);
  };
  const keys = (event) => {
    if (isTyping(event) || document.querySelector("dialog[open]")) return;
    const act = { a: "confirm", e: "correct", r: "reject", u: "withdraw" }[event.key];
    if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
    else if (act && form?.act) form.act(act);
    else if (/[123]/.test(event.key)) form?.choose?.(event.key);
    else return;
    event.preventDefault();
  };

  await load();
  const d = report.document;
  show(side, report.text === null ? null : outlineView(report, jump));
  show(main, h("div.head", h("h1", d.title ?? d.issuer ?? d.path.split("/").pop()), h("span.soft", `${d.issuer ?? ""} · ${d.year}`)),
    standing(report, session, main), h("div.report", side, middle, panel));
  const at = Number(param("at"));
  const wanted = marks.find((m) => m.start === at);
  if (wanted && stateOf(wanted) === "none") setParams({ none: "1" }), drawText();
  await choose(wanted?.key ?? null, true);
  document.addEventListener("keydown", keys);
  setPageKeys([["j k", "key_step"], ["a", "key_confirm"], ["e", "key_correct"], ["r", "key_reject"], ["u", "key_withdraw"], ["1 2 3", "key_choose"]]);
  const stop = on("decisions", async (event) => {
    if (!report.figures.some((f) => f.id === event.figure) || isDeciding()) return;
    await load();
    await choose(chosen?.key ?? null);
  });
  // Nobody's half-written correction is thrown away because somebody else has decided elsewhere.
  const isDeciding = () => panel.contains(document.activeElement) && document.activeElement.matches("input, select");
  return () => { document.removeEventListener("keydown", keys); setPageKeys([]); stop(); };
}
