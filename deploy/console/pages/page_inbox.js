// Files in, what became of each, and what could not be read: with its reason, tried again in place.
import { h, show, later } from "./dom.js";
import { t, word } from "./lang.js";
import { get, post, upload, on } from "./api.js";
import { number, bytes, percent, moment } from "./number.js";
import { table } from "./table.js";
import { meter } from "./chart.js";
import { uploadCards, droppedCard, forPage } from "./uploads.js";
import { note, ask } from "./notes.js";
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
  const folder = h("section.dropped"), uploads = h("section"), dead = h("section");
  const cards = uploadCards(may, signal, () => drawUploads()), drop = droppedCard(signal);
  const drawUploads = async () => {
    const { uploads: list, dropped } = await get("uploads", {}, signal);
    show(folder, await drop(dropped));
    show(uploads, list.length ? h("h2", t("uploads")) : null, cards(list));
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
    taking && may ? h("section", dropZone(() => drawUploads())) : !taking && h("p.soft", t("upload_off")), folder, uploads, dead);
  await Promise.all([taking && drawUploads(), drawDead()]);
  const draw = () => drawUploads().catch(() => {}), refreshSoon = later(draw, 300), refreshLast = later(draw, 1500);
  const refreshDead = later(() => drawDead().catch(() => {}), 1000);
  const refresh = () => { refreshSoon(); refreshLast(); refreshDead(); }; // of a quick succession only the first is told
  let count = null;
  const stops = [on("uploads", refresh), on("status", (status) => {
    if (count !== null && status.dead?.count !== count) refreshDead();
    count = status.dead?.count;
  })];
  return () => stops.forEach((stop) => stop());
}
