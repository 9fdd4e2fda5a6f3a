// The indicators: what each is, which sentences state it and which don't.
import { h, show } from "./dom.js";
import { t, word } from "./lang.js";
import { get, post } from "./api.js";
import { table } from "./table.js";
import { once, indicatorList } from "./choices.js";
import { ByteText } from "./marks.js";
import { claim } from "./decide.js";

async function one(main, id, signal) {
  const i = await get(`indicators/${encodeURIComponent(id)}`, {}, signal);
  const sentences = (list) => h("ul", list.map((e) => h("li", e.heading && h("span.soft", e.heading + " › "), e.text)));
  show(main, h("div.head", h("h1", i.label), h("span.soft", i.id)),
    h("section.card", h("dl.facts", h("dt", t("definition")), h("dd", i.definition), h("dt", t("units")), h("dd", i.units.join(t("comma"))),
      h("dt", t("rollup")), h("dd", word("rollup", i.rollup)), h("dt", t("rules")), h("dd", i.rules)),
      h("p", h("a.button", { href: `/indicators?indicator=${i.id}` }, t("value")))),
    h("section", h("h2", t("reads")), sentences(i.reads)),
    i.leaves.length ? h("section", h("h2", t("leaves")), sentences(i.leaves)) : null);
}

const columns = () => [
  { key: "label", label: t("indicator"), of: (i) => i.label, name: true, cell: (i) => h("a", { href: `/catalogue/${i.id}` }, i.label) },
  { key: "definition", label: t("definition"), of: (i) => `${i.definition} ${i.id}`, wide: true, cell: (i) => [i.definition, h("span.bound", ` ${i.id}`)] },
  { key: "units", label: t("units"), of: (i) => i.units.join(t("comma")) },
  { key: "rollup", label: t("rollup"), of: (i) => word("rollup", i.rollup), name: true },
  { key: "examples", label: t("examples"), num: true, of: (i) => i.examples + i.counterexamples },
];

// What the rules make of a sentence, at once.
function trial() {
  const text = h("textarea", { rows: 2, placeholder: t("try_hint"), "aria-label": t("try_sentence") });
  const result = h("div", { "aria-live": "polite" });
  const read = async () => {
    if (!text.value.trim()) return;
    try {
      const found = await post("sentence", { text: text.value });
      const whole = new ByteText(found.text);
      const labels = new Map((await indicatorList()).map((i) => [i.id, i.label]));
      show(result, found.quantities.length ? h("ul", found.quantities.map((q) => h("li", h(`mark.${q.state}`, whole.slice(q.start, q.end)), " ",
        claim(labels.get(q.indicator), q.value, q.unit, q.bound, q.proposed.map((id) => labels.get(id) ?? id)), " ",
        h("span.tag" + (q.state === "proposed" ? ".warn" : ""), t("mark_" + q.state)), q.rule ? h("span.soft.small", " " + q.rule) : "")))
        : h("p.soft", t("try_none")));
    } catch (problem) {
      show(result, h("span.tag.bad", problem.message));
    }
  };
  return h("section.card", h("h2", t("try_sentence")), text, h("p", h("button.main", { type: "button", onclick: read }, t("try_do"))), result);
}

export async function cataloguePage(main, signal) {
  const id = location.pathname.split("/")[2];
  if (id) return one(main, id, signal);
  const { indicators, catalogue } = await once("indicators");
  show(main, h("div.head", h("h1", t("catalogue")), h("span.soft", `${t("count", indicators.length)} · ${t("version")} ${catalogue}`)),
    trial(),
    table({ columns: columns(), rows: indicators, caption: t("catalogue") }));
}
