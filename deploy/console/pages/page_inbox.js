// Files in, what became of each, and what could not be read: with its reason, tried again in place.
import { h, show, later } from "./dom.js";
import { t, word } from "./lang.js";
import { get, post, upload, on } from "./api.js";
import { number, bytes, percent, moment } from "./number.js";
import { table } from "./table.js";
import { meter } from "./chart.js";
import { note, ask } from "./notes.js";
import { unitName } from "./rows.js";
import { fileName } from "./standing.js";
import { again } from "./route.js";

// ---- dropping ----

// A request has its limits; a folder of any size is as many requests as it takes.
const MOST_FILES = 1000, MOST_BYTES = 1.5e9;

function batches(files) {
  const all = [[]];
  let sum = 0;
  for (const file of files) {
    if (all.at(-1).length && (all.at(-1).length === MOST_FILES || sum + file.size > MOST_BYTES)) all.push([]), sum = 0;
    all.at(-1).push(file);
    sum += file.size;
  }
  return all;
}

function dropZone(taken) {
  const line = h("p", { "aria-live": "polite" });
  const send = async (files) => {
    if (!files.length) return;
    const total = [...files].reduce((sum, file) => sum + file.size, 0);
    try {
      for (const batch of batches([...files])) {
        const form = new FormData();
        for (const file of batch) form.append("file", file, file.webkitRelativePath || file.name);
        await upload(form, (share) => show(line, t("uploading", `${batch.length} / ${files.length} · ${bytes(total)} · ${Math.round(100 * share)}%`), meter(share, 1, true)));
        taken();
      }
      show(line);
    } catch (problem) {
      show(line, h("span.tag.bad", problem.status ? problem.message : t("offline")));
    }
  };
  const input = h("input.hidden", { type: "file", multiple: true, onchange: () => send(input.files).then(() => { input.value = ""; }) });
  const zone = h("div.drop", h("b", t("drop_here")), h("p", t("drop_kinds")),
    h("button.main", { type: "button", onclick: () => input.click() }, t("choose_files")), input, line);
  const over = (event) => { event.preventDefault(); zone.classList.add("over"); };
  zone.addEventListener("dragover", over);
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => { event.preventDefault(); zone.classList.remove("over"); send(event.dataTransfer.files); });
  return zone;
}

// ---- what became of them ----

const MOST_LIVE = 400;

// What only the command line is told to do is a button of a dead letter, on this page.
const forPage = (reason, what) => reason.replace(/请用 `xianzhi dead place` 指明(归属)?/, t(what)).replace("file it with `xianzhi dead place`", t(what));
const reasonIn = (d) => forPage(d.text ?? "", "use_place_below");

const stateTag = (state) => h("span.tag" + ({ filed: ".good", replaced: ".good", now_counted: ".good", dead: ".bad", refused: ".bad", rival: ".warn", now_contested: ".warn" }[state] ?? ""), t("state_" + state));

// What was said of a document when it came in is one thing, how it stands now another: somebody may
// have chosen, withdrawn or placed it since, or a later version taken its place. `filed` null: it
// stands nowhere; undefined: nobody has asked.
function stateNow(told, filed) {
  if (filed) return filed.standing === "counted" ? (["filed", "replaced", "duplicate"].includes(told.state) ? told.state : "now_counted") : `now_${filed.standing}`;
  return filed === null && ["filed", "replaced"].includes(told.state) ? "now_gone" : told.state;
}

async function filedOf(documents, signal) {
  const MOST_A_QUESTION = 40;
  const hashes = documents.map((d) => d.sha256).filter(Boolean), found = new Map(hashes.map((sha256) => [sha256, null]));
  for (let i = 0; i < hashes.length; i += MOST_A_QUESTION) {
    const some = hashes.slice(i, i + MOST_A_QUESTION);
    const document = some.length > 1 ? some : [some[0], some[0]]; // of one alone there would be pages
    (await get("documents", { document }, signal)).documents.forEach((d) => found.set(d.sha256, d));
  }
  return found;
}

function uploadTable(one, filed) {
  const of = (d) => filed.get(d.sha256);
  const columns = [
    { key: "path", label: t("document"), of: (d) => d.path, cell: (d) => of(d) ? h("a", { href: `/report/${d.sha256}` }, d.path) : d.path },
    { key: "state", label: t("state"), of: (d) => t("state_" + stateNow(d, of(d))), cell: (d) => stateTag(stateNow(d, of(d))), name: true },
    { key: "unit", label: t("issuer"), of: (d) => of(d) ? unitName(of(d)) : "" },
    { key: "year", label: t("year"), num: true, of: (d) => of(d)?.year ?? null },
    { key: "figures", label: t("values_count"), num: true, of: (d) => of(d)?.figures ?? null },
    { key: "proposed", label: t("mark_proposed"), num: true, of: (d) => of(d)?.proposed ?? null },
    { key: "reason", label: t("reason"), of: reasonIn, cell: (d) => of(d)?.replaced_by ? [reasonIn(d), " ", h("a", { href: `/report/${of(d).replaced_by}` }, t("newer_version"))] : reasonIn(d), wide: true },
  ];
  const order = ["dead", "refused", "now_contested", "waiting", "accepted"];
  const rank = (d) => (order.indexOf(stateNow(d, of(d))) + 9) % 9;
  return table({ columns, rows: [...one.documents].sort((a, b) => rank(a) - rank(b)), filter: false, name: `up${one.id}_`, caption: t("documents") });
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

function uploadView(one, may, signal, then) {
  const rows = one.documents, place = h("div");
  const open = rows.length <= 12 || rows.some((d) => d.state === "dead");
  const asked = one.ended ? rows : rows.slice(0, MOST_LIVE); // it is drawn again and again while it runs
  const fill = () => filedOf(asked, signal).then((filed) => show(place, uploadTable(one, filed)), () => show(place, uploadTable(one, new Map())));
  if (open && rows.length) fill();
  return h("section.card.upload", h("h3", moment(one.at_ms), one.by ? ` · ${one.by}` : ""),
    one.problem && h("ul.problem.lines", one.problem.split("\n").map((line) => h("li", line))),
    one.held ? heldView(one, may, then) : [h("p", t("upload_progress", number(one.done), number(one.count))), meter(one.done, one.count, !one.ended),
      h("details", { open, ontoggle: (event) => { if (event.target.open && !place.firstChild) fill(); } }, h("summary", t("documents")), place)]);
}

// ---- dead letters ----

// What nothing in the text says, a person does: region and year at least.
function placeLetter(letter) {
  const field = (name, label, more = {}) => h("label.field", label, h("input", { name, autocomplete: "off", ...more }));
  const kinds = ["", "government", "department", "committee", "zone", "institution"];
  const regions = h("datalist", { id: "place-regions" });
  const find = later(async (event) => {
    const name = event.target.value.trim();
    if (name) show(regions, (await get("regions", { name })).regions.map((r) => h("option", { value: r.name }, `${r.code} ${word("level", r.level)}`)));
  }, 200);
  return ask({ title: t("place_title"), text: fileName(letter.path), yes: t("place"), fields: [
    h("div.fields", field("region", t("region"), { required: true, placeholder: t("find_region"), list: "place-regions", oninput: find }),
      field("year", t("year"), { required: true, type: "number", min: 1990, max: 2079 }),
      h("label.field", t("kind"), h("select", { name: "kind" }, kinds.map((k) => h("option", { value: k }, k ? word("kind", k) : t("from_text")))))),
    h("div.fields", field("issuer", t("issuer")), field("township", t("township"))), regions],
    then: (given) => post(`dead/${letter.seq}/place`, { region: given.region.trim(), year: Number(given.year), kind: given.kind,
      issuer: given.issuer.trim(), township: given.township.trim() }) }).then((given) => { if (given) { note(t("placed")); again(); } });
}

async function dropLetter(letter) {
  const given = await ask({ title: t("drop_title"), text: t("drop_why", fileName(letter.path)), yes: t("drop"), danger: true,
    then: () => post(`dead/${letter.seq}/drop`) });
  if (given) { note(t("dropped")); again(); }
}

const reasonOf = (letter) => forPage(letter.reason_text, "use_place");

function letters(list, may) {
  const replay = async (letter, button) => {
    button.disabled = true;
    try {
      await post(`dead/${letter.seq}/replay`);
      note(t("replayed"));
    } catch (problem) {
      note(problem.message);
    }
    again();
  };
  const columns = [
    { key: "path", label: t("document"), of: (l) => fileName(l.path), cell: (l) => h("span", { title: l.path }, fileName(l.path)) },
    { key: "cause", label: t("cause"), of: (l) => word("cause", l.cause), cell: (l) => h("span.tag.bad", word("cause", l.cause)), name: true },
    { key: "reason", label: t("reason"), of: reasonOf, wide: true },
    { key: "bytes", label: t("size"), num: true, of: (l) => l.bytes, cell: (l) => bytes(l.bytes) },
    { key: "submitted", label: t("submitted"), num: true, of: (l) => l.submitted_ms, cell: (l) => moment(l.submitted_ms) },
    { key: "do", label: t("actions"), sort: false, of: () => "", cell: (l) => may && h("div.acts",
      l.document && l.cause === "unplaced" && h("button", { type: "button", "data-act": "place", onclick: () => placeLetter(l) }, t("place")),
      l.document && h("button", { type: "button", onclick: (event) => replay(l, event.target) }, t("replay")),
      h("button.danger", { type: "button", "data-act": "drop", onclick: () => dropLetter(l) }, t("drop"))) },
  ];
  return table({ columns, rows: list, name: "dead_", caption: t("dead_letters"),
    empty: h("div.empty", h("b", t("no_dead")), t("no_dead_do")) });
}

export async function inboxPage(main, signal, session) {
  const may = session.role !== "reader";
  const uploads = h("section"), dead = h("section");
  const drawUploads = async () => {
    const { uploads: list } = await get("uploads", {}, signal);
    show(uploads, list.length ? h("h2", t("uploads")) : null, list.map((one) => uploadView(one, may, signal, drawUploads)));
  };
  const drawDead = async () => {
    try {
      const { letters: list } = await get("dead", {}, signal);
      show(dead, h("h2", t("dead_letters")), letters(list, may));
    } catch (problem) {
      if (problem.status !== 400) throw problem;
      show(dead, h("p.soft", t("no_pipeline")));
    }
  };
  const taking = await get("uploads", {}, signal).then(() => true, (problem) => { if (problem.status === 404) return false; throw problem; });
  show(main, h("div.head", h("h1", t("inbox"))),
    taking && may ? h("section", dropZone(() => drawUploads())) : !taking && h("p.soft", t("upload_off")), uploads, dead);
  await Promise.all([taking && drawUploads(), drawDead()]);
  const refresh = later(() => drawUploads().catch(() => {}), 300), refreshDead = later(() => drawDead().catch(() => {}), 1000);
  let count = null;
  const stops = [on("uploads", refresh), on("status", (status) => {
    if (count !== null && status.dead?.count !== count) refreshDead();
    count = status.dead?.count;
  })];
  return () => stops.forEach((stop) => stop());
}
