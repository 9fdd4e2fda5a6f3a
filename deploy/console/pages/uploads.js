// What became of what came in: a card for each upload, and one for the drop folder.
import { h, show } from "./dom.js";
import { t } from "./lang.js";
import { post, filedOf } from "./api.js";
import { number, moment } from "./number.js";
import { table } from "./table.js";
import { meter } from "./chart.js";
import { unitName } from "./rows.js";

const MOST_LIVE = 400, MOST_OPEN = 8;

// What only the command line is told to do is a button of a dead letter, on this page.
export const forPage = (reason, what) => reason.replace(/请用 `xianzhi dead place` 指明(归属)?/, t(what)).replace("file it with `xianzhi dead place`", t(what));
const reasonIn = (d) => forPage(d.text ?? "", "use_place_below");

const linesOf = (d) => reasonIn(d).split("\n").map((line, at) => at ? h("div", line) : line);

const stateTag = (state) => h("span.tag" + ({ filed: ".good", replaced: ".good", now_counted: ".good", dead: ".bad", refused: ".bad", rival: ".warn", told: ".warn", now_contested: ".warn" }[state] ?? ""), t("state_" + state));

// What was said of a document when it came in is one thing, how it stands now another: somebody may
// have chosen, withdrawn or placed it since, or a later version taken its place. `filed` null: it
// stands nowhere; undefined: nobody has asked.
function stateNow(told, filed) {
  if (filed) return filed.standing === "counted" ? (["filed", "replaced", "duplicate"].includes(told.state) ? told.state : "now_counted") : `now_${filed.standing}`;
  return filed === null && ["filed", "replaced"].includes(told.state) ? "now_gone" : told.state;
}

function uploadTable(one, filed, room) {
  const of = (d) => filed.get(d.sha256);
  const columns = [
    { key: "path", label: t("document"), of: (d) => d.path, file: true, cell: (d) => of(d) ? h("a", { href: `/report/${d.sha256}` }, d.path) : d.path },
    { key: "state", label: t("state"), of: (d) => t("state_" + stateNow(d, of(d))), cell: (d) => stateTag(stateNow(d, of(d))), name: true },
    { key: "reason", label: t("reason"), of: reasonIn, cell: (d) => of(d)?.replaced_by ? [linesOf(d), " ", h("a", { href: `/report/${of(d).replaced_by}` }, t("newer_version"))] : linesOf(d), wide: one.documents.some(reasonIn) },
    { key: "unit", label: t("issuer"), of: (d) => of(d) ? unitName(of(d)) : "", issuer: one.documents.some(of) },
    { key: "year", label: t("year"), num: true, of: (d) => of(d)?.year ?? null },
    { key: "figures", label: t("values_count"), num: true, of: (d) => of(d)?.figures ?? null },
    { key: "proposed", label: t("mark_proposed"), num: true, of: (d) => of(d)?.proposed ?? null },
    ...one.documents.some((d) => d.at_ms) ? [{ key: "at", label: t("inbox_at"), num: true, of: (d) => d.at_ms, cell: (d) => moment(d.at_ms) }] : [],
  ];
  const order = ["dead", "refused", "told", "now_contested", "young", "waiting", "accepted"];
  const rank = (d) => (order.indexOf(stateNow(d, of(d))) + 9) % 9;
  const newest = (a, b) => (b.at_ms ?? 0) - (a.at_ms ?? 0);
  return table({ columns, rows: [...one.documents].sort((a, b) => rank(a) - rank(b) || newest(a, b)), filter: false, name: `up${one.id}_`, caption: t("documents"), room });
}

// A list with mistakes: what is wrong, a line each, and what can be done about it.
function heldView(one, may, then) {
  const wrong = h("p", { role: "alert" });
  const goOn = async (file) => {
    const form = new FormData();
    form.append(file ? "file" : "without", file ?? "1");
    try {
      await post(`uploads/${one.id}/go-on`, form);
      then();
    } catch (problem) {
      show(wrong, h("span.tag.bad", problem.message));
    }
  };
  const input = h("input.hidden", { type: "file", accept: ".csv,.tsv,.xlsx", onchange: () => input.files[0] && goOn(input.files[0]) });
  return h("div", h("p", h("b", t("upload_held"))), h("p.soft.small", t("held_why")), may ? h("p.row.acts",
    h("button.main", { type: "button", onclick: () => input.click() }, t("held_list")), input,
    h("button", { type: "button", "data-act": "without", onclick: () => goOn(null) }, t("held_without"))) : null, wrong);
}

function uploadView(one, at, may, signal, then) {
  const rows = one.documents, place = h("div");
  const open = at < MOST_OPEN && (rows.length <= 12 || rows.some((d) => d.state === "dead"));
  const asked = one.ended ? rows : rows.slice(0, MOST_LIVE); // it is drawn again and again while it runs
  const fill = () => filedOf(asked.map((d) => d.sha256).filter(Boolean), signal).then((filed) => show(place, uploadTable(one, filed)), () => show(place, uploadTable(one, new Map())));
  if (open && rows.length) fill();
  return h("section.card.upload", h("h3", moment(one.at_ms), one.by ? ` · ${one.by}` : ""),
    one.problem && h("ul.problem.lines", one.problem.split("\n").map((line) => h("li", line))),
    one.held ? heldView(one, may, then) : [h("p", t("upload_progress", number(one.done), number(one.count))), meter(one.done, one.count, !one.ended),
      h("details", { open, ontoggle: (event) => { if (event.target.open && !place.firstChild) fill(); } }, h("summary", t("documents")), place)]);
}

// The drop folder: what was put there lately, the latest below what somebody has to see to.
export function droppedCard(signal) {
  const place = h("div"), many = h("span.soft.small"), room = { rows: 12 };
  const card = [h("h2", t("inbox_folder"), " ", many), place];
  return async (one) => {
    if (!one?.documents.length) return null;
    const filed = await filedOf(one.documents.map((d) => d.sha256).filter(Boolean), signal).catch(() => new Map());
    show(many, t("inbox_latest", number(one.documents.length)));
    show(place, uploadTable(one, filed, room));
    return card;
  };
}

// Cards in their order; one of which nothing new is said stays as it is, and asks nothing again.
export function uploadCards(may, signal, then) {
  let drawn = new Map();
  return (list) => {
    const cards = list.map((one, at) => {
      const said = JSON.stringify(one), before = drawn.get(one.id);
      return [one.id, before?.said === said ? before : { said, view: uploadView(one, at, may, signal, then) }];
    });
    drawn = new Map(cards);
    return cards.map(([, card]) => card.view);
  };
}
