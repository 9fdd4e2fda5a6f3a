// What a person says of one figure: confirm, correct, reject, add, take back. The same form beside
// the text and in the queue.
import { h, show } from "./dom.js";
import { t, word } from "./lang.js";
import { post, Problem } from "./api.js";
import { number } from "./number.js";
import { indicatorList } from "./choices.js";
import { note } from "./notes.js";

const NAME = "xianzhi-name";
const bounds = ["exact", "over", "at_least", "at_most", "about"];

// Who decides: who is logged in, else the name that was given last.
export const decider = (session) => session.name ?? localStorage.getItem(NAME) ?? "";

export function nameField(session, then) {
  if (session.name) return null;
  const keep = (event) => { localStorage.setItem(NAME, event.target.value.trim()); then?.(); };
  return h("label.field", t("your_name"), h("input", { value: decider(session), onchange: keep, autocomplete: "name", maxlength: 60, name: "by" }));
}

export async function decide(session, wish) {
  const by = decider(session);
  if (!by) throw new Problem(400, "", t("name_first"));
  return (await post("decisions", { ...wish, by })).figure;
}

export const verdictTag = (figure) => !figure.verdict ? null
  : h("span.tag" + (figure.stale ? ".warn" : figure.verdict === "reject" ? ".bad" : ".good"),
      figure.stale ? t("verdict_stale") : word("verdict", figure.verdict));

// `maybe`: labels of what it may state, where it states nothing for certain.
export function claim(indicatorLabel, value, unit, bound, maybe = []) {
  const mark = bound && bound !== "exact" ? t("bound_" + bound) : "";
  const what = indicatorLabel ? h("b", indicatorLabel)
    : maybe.length ? [h("span.soft", t("maybe")), h("b", maybe.join("、"))] : h("b.soft", t("none_indicator"));
  return h("span.claim", what, " ", number(value), " ", mark, unit);
}

function history(decisions) {
  if (!decisions?.length) return null;
  return h("details", h("summary", t("history", decisions.length)), h("ul", decisions.map((d) =>
    h("li", word("verdict", d.verdict), " ", d.label ? claim(d.label, d.value, d.unit, d.bound) : "", h("div.soft.small",
      `${d.by} · ${new Date(d.at_ms).toLocaleString()}`, d.note ? ` · ${d.note}` : "")))));
}

// "7" and "1,007" are numbers here; 七 and 1.2万 are for the API to read.
function numberOf(text) {
  const plain = text.trim().replace(/(\d),(?=\d{3}(\D|$))/g, "$1");
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : text.trim();
}

// The units that the indicator counts in, beside the field where another one stands.
function unitHint(list, fields) {
  const known = list.find((i) => i.label === fields.indicator.value.trim());
  const fits = !known || !fields.unit.value.trim() || known.units.includes(fields.unit.value.trim());
  return fits ? null : h("span.soft.small", t("units_are", known.units.join("、")));
}

function formFields(figure, labelOf, first) {
  return {
    indicator: h("input", { list: "decide-indicators", value: labelOf(figure.indicator ?? first ?? ""), name: "indicator", autocomplete: "off" }),
    value: h("input", { value: figure.value, name: "value", inputmode: "decimal", size: 10 }),
    unit: h("input", { value: figure.unit ?? "", name: "unit", size: 5 }),
    bound: h("select", { name: "bound" }, bounds.map((b) => h("option", { value: b, selected: b === (figure.bound ?? "exact") }, t("bound_" + b)))),
    note: h("input", { name: "note", maxlength: 1000, placeholder: t("note_hint") }),
  };
}

// `figure`: of the store, or {start, end, text, value, unit, bound, sentence, document} of one that
// states nothing yet. `then(figure)`: it was decided.
export async function decisionForm({ figure, session, decisions, then }) {
  const place = h("div.decide");
  if (session.role === "reader") return place;
  const list = await indicatorList();
  const known = Boolean(figure.id);
  const choices = figure.candidates?.length ? figure.candidates : figure.indicator ? [figure.indicator] : [];
  const labelOf = (id) => list.find((i) => i.id === id)?.label ?? id;
  const fields = formFields(figure, labelOf, choices[0]);
  const wrong = h("p", { role: "alert" }), hint = h("p.hint");
  const told = () => ({ indicator: fields.indicator.value.trim(), value: numberOf(fields.value.value), unit: fields.unit.value.trim(), bound: fields.bound.value });
  const before = JSON.stringify(told());
  const changed = () => JSON.stringify(told()) !== before;

  const send = async (wish, button) => {
    button && (button.disabled = true);
    try {
      const base = figure.decision ?? 0;
      then(await decide(session, known ? { figure: figure.id, base, note: fields.note.value, ...wish } : wish), wish.verdict);
    } catch (problem) {
      show(wrong, h("span.tag.bad", problem.message));
      if (problem.status === 409) { // what somebody else has made of it is shown instead
        note(t("somebody_faster"));
        then(problem.figure ?? null, "changed");
      }
    } finally {
      button && (button.disabled = false);
    }
  };
  const added = () => ({ verdict: "add", document: figure.document, start: figure.start, end: figure.end, text: figure.text,
    sentence: figure.sentence, note: fields.note.value, ...told() });
  const actions = { // what was typed over is never thrown away by a confirmation
    confirm: (button) => send(!known ? added() : changed() ? { verdict: "value", ...told() } : { verdict: "confirm", indicator: told().indicator }, button),
    correct: (button) => !known ? send(added(), button) : changed() ? send({ verdict: "value", ...told() }, button) : edit(),
    reject: (button) => send({ verdict: "reject" }, button),
    withdraw: (button) => send({ verdict: "withdraw" }, button),
  };
  const edit = () => { fields.value.focus(); fields.value.select(); };
  const button = (name, label, key, main) => h("button" + main, { type: "button", "data-act": name, onclick: (e) => actions[name](e.currentTarget) }, h("span", label), h("kbd", key));
  const confirm = known ? button("confirm", t("act_confirm"), "a", ".main") : button("correct", t("act_add"), "a", ".main");
  const drawChange = () => {
    if (known) confirm.firstChild.textContent = t(changed() ? "act_save" : "act_confirm");
    show(hint, unitHint(list, fields));
  };
  place.addEventListener("input", drawChange);
  place.addEventListener("change", drawChange);

  show(place,
    choices.length > 1 ? h("div.choices", choices.slice(0, 3).map((id, i) =>
      h("button", { type: "button", "data-choice": i + 1, onclick: () => { fields.indicator.value = labelOf(id); fields.indicator.focus(); drawChange(); } }, labelOf(id), h("kbd", i + 1)))) : null,
    h("div.fields", h("label.field.grow", t("indicator"), fields.indicator), h("label.field", t("value"), fields.value), h("label.field", t("unit_word"), fields.unit), h("label.field", t("bound_word"), fields.bound)),
    hint, h("label.field", t("note"), fields.note), nameField(session),
    h("datalist", { id: "decide-indicators" }, list.map((i) => h("option", { value: i.label }, i.id))),
    h("div.buttons", confirm,
      known && [button("correct", t("act_correct"), "e", ""), button("reject", t("act_reject"), "r", ".danger")],
      figure.verdict && button("withdraw", t("act_withdraw"), "u", "")),
    wrong, history(decisions));
  drawChange();
  place.act = (name) => actions[known ? name : "correct"]?.(place.querySelector(`[data-act="${name}"]`));
  place.choose = (n) => place.querySelector(`[data-choice="${n}"]`)?.click();
  return place;
}

export function tellDecided(figure, verdict) {
  if (verdict === "changed") return null;
  note(t(verdict === "withdraw" ? "decided_withdraw" : verdict === "reject" ? "decided_reject" : "decided"));
  return figure;
}
