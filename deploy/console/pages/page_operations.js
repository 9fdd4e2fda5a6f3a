// Where everything is: queues, workers, readers, disk; live.
import { h, show } from "./dom.js";
import { t, word } from "./lang.js";
import { get, on } from "./api.js";
import { number, bytes, duration } from "./number.js";
import { table } from "./table.js";

const stages = () => [
  { key: "stage", label: t("stage"), of: (s) => word("stage", s.stage), name: true, sort: false },
  { key: "depth", label: t("depth"), num: true, of: (s) => s.depth, sort: false },
  { key: "leased", label: t("leased"), num: true, of: (s) => s.leased, sort: false },
  { key: "oldest", label: t("oldest"), num: true, of: (s) => duration(s.oldest_ms), sort: false },
  { key: "done", label: t("done"), num: true, of: (s) => number(s.done), sort: false },
  { key: "rate", label: t("per_second"), num: true, of: (s) => number(s.rate_per_s), sort: false },
];

// "aggregate/0/answers" is a thread of the program; another's name stays as it is.
function workerName(name) {
  const [, stage, n, answers] = /^(\w+)\/(\d+)(\/answers)?$/.exec(name) ?? [];
  return stage ? [stage === "read" ? t("worker_read") : word("stage", stage), n, answers ? t("worker_answers") : ""].join(" ").trim() : name;
}

const workers = () => [
  { key: "name", label: t("name"), of: (w) => workerName(w.name), name: true },
  { key: "stages", label: t("stage"), of: (w) => [w.stages].flat().map((s) => word("stage", s)).join(t("comma")) },
  { key: "held", label: t("held"), num: true, of: (w) => w.held },
  { key: "done", label: t("done"), num: true, of: (w) => w.done, cell: (w) => number(w.done) },
  { key: "seen", label: t("last_seen"), num: true, of: (w) => w.last_seen_ms, cell: (w) => duration(w.last_seen_ms) },
];

function facts(status) {
  const j = status.journal ?? {};
  const line = (label, value) => [h("dt", label), h("dd", value)];
  return h("div.two",
    h("section.card", h("h2", t("journal")), h("dl.facts", line(t("disk_used"), bytes(j.disk_bytes)), line(t("disk_free"), bytes(j.free_bytes)),
      line(t("sync_p99"), j.sync_p99_us === undefined ? "–" : `${number(j.sync_p99_us / 1000)} ms`))),
    h("section.card", h("h2", t("store")), h("dl.facts", line(t("version"), number(status.version)), line(t("disk_used"), bytes(status.store_bytes)),
      line(t("memory"), bytes(status.memory?.held_bytes)), line(t("readers"), number(status.readers?.who?.length)), line(t("uptime"), duration(status.uptime_ms)))));
}

export async function operationsPage(main, signal) {
  const draw = (status) => show(main, h("div.head", h("h1", t("operations")), h("span.soft", status.endpoint)),
    status.away ? h("div.problem", t("pipeline_away", status.away)) : [
      status.journal?.disk_low && h("div.problem", t("disk_low")),
      status.journal?.broken && h("div.problem", t("journal_broken", status.journal.broken)),
      h("section", h("h2", t("queues")), table({ columns: stages(), rows: status.stages ?? [], filter: false, caption: t("queues") })),
      h("section", h("h2", t("workers")), table({ columns: workers(), rows: status.workers ?? [], filter: false, name: "w_", caption: t("workers") })),
      facts(status)]);
  try {
    draw(await get("status", {}, signal));
  } catch (problem) {
    if (problem.status !== 400) throw problem;
    show(main, h("div.head", h("h1", t("operations"))), h("div.empty", h("b", t("operations_none")), t("operations_none_do")));
    return null;
  }
  return on("status", draw);
}
