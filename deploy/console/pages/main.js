// The frame around the pages: navigation, language, colours, keys, and which address shows what.
import { h, show } from "./dom.js";
import { t, lang, setLang } from "./lang.js";
import { currentSession, logOut, follow, on, Problem } from "./api.js";
import { start, go, again } from "./route.js";
import { openHelp, listen } from "./keys.js";
import { logInPage } from "./page_log_in.js";
import { overviewPage } from "./page_overview.js";
import { indicatorsPage } from "./page_indicators.js";
import { unitPage } from "./page_unit.js";
import { reportPage } from "./page_report.js";
import { documentsPage } from "./page_documents.js";
import { reviewPage } from "./page_review.js";
import { inboxPage } from "./page_inbox.js";
import { cataloguePage } from "./page_catalogue.js";
import { operationsPage } from "./page_operations.js";

// In the order of the navigation, where those without a key behind g are not.
const pages = [
  { path: "/", name: "overview", key: "o", page: overviewPage },
  { path: "/indicators", name: "indicators", key: "i", page: indicatorsPage },
  { path: "/unit", name: "unit", key: "u", page: unitPage },
  { path: "/review", name: "review", key: "r", page: reviewPage },
  { path: "/report", name: "report", key: "d", page: (...all) => location.pathname.split("/")[2] ? reportPage(...all) : documentsPage(...all) },
  { path: "/inbox", name: "inbox", key: "n", page: inboxPage },
  { path: "/catalogue", name: "catalogue", key: "c", page: cataloguePage },
  { path: "/operations", name: "operations", key: "p", page: operationsPage },
];

const side = document.getElementById("side"), main = document.getElementById("main");
let connected = null, leave = null, stopped = null;

function pageOf(path) {
  return pages.find((p) => p.path === path) ?? pages.find((p) => p.path !== "/" && path.startsWith(p.path + "/"));
}

// ---- colours ----

const themes = ["auto", "light", "dark"];
const theme = () => themes.includes(localStorage.getItem("xianzhi-theme")) ? localStorage.getItem("xianzhi-theme") : "auto";

function applyTheme() {
  if (theme() === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme();
}

function nextTheme() {
  localStorage.setItem("xianzhi-theme", themes[(themes.indexOf(theme()) + 1) % themes.length]);
  applyTheme();
  drawSide();
}

// ---- the frame ----

let session = null;

function drawSide() {
  const here = pageOf(location.pathname);
  const foot = h("div.foot",
    h("span.live" + (connected === null ? "" : connected ? ".on" : ".off"), connected === false ? t("live_off") : t("live_on")),
    session?.name && h("span.soft", `${session.name} · ${t("role_" + session.role)}`),
    h("div.row",
      h("button.plain", { type: "button", onclick: () => { setLang(lang() === "zh" ? "en" : "zh"); again(); } }, t("language")),
      h("button.plain", { type: "button", onclick: nextTheme, title: t("theme") }, `${t("theme")}${t("theme_" + theme())}`),
      h("button.plain", { type: "button", onclick: () => openHelp(pages.filter((p) => p.key)), "aria-keyshortcuts": "?" }, "? " + t("keys")),
      session?.name && h("button.plain", { type: "button", onclick: leaveSession }, t("log_out"))));
  show(side,
    h("a.name", { href: "/" }, t("product"), h("span", lang() === "zh" ? "xianzhi" : "县治")),
    session?.role ? h("nav", { "aria-label": t("product") }, pages.filter((p) => p.key).map((p) =>
      h("a", { href: p.path, "aria-current": p === here ? "page" : null }, t(p.name)))) : null,
    foot);
}

async function leaveSession() {
  await logOut();
  location.assign("/");
}

function showProblem(problem) {
  const offline = problem instanceof Problem && problem.status === 0;
  show(main, h("div.problem", { role: "alert" }, h("h2", problem.title && !offline ? problem.title : t("failed")),
    h("p", offline ? t("offline") : problem.message),
    h("button", { type: "button", onclick: () => render() }, t("try_again"))));
  if (!(problem instanceof Problem)) console.error(problem);
}

// Each page draws into `main` and may return how to leave it. A page that is late is left behind.
async function render() {
  leave?.();
  leave = null;
  stopped?.abort();
  const stop = stopped = new AbortController();
  try {
    session = await currentSession();
    drawSide();
    if (!session.role) {
      logInPage(main, async () => { follow(); await render(); });
      return;
    }
    const found = pageOf(location.pathname);
    document.title = `${t(found?.name ?? "not_here")} · ${t("product")}`;
    if (!found) {
      show(main, h("div.empty", h("b", t("not_here")), h("a", { href: "/" }, t("back_home"))));
      return;
    }
    if (main.dataset.page !== found.name) show(main, h("div.waiting", t("loading")));
    main.dataset.page = found.name;
    const left = await found.page(main, stop.signal, session);
    if (stop.signal.aborted) left?.();
    else leave = left;
  } catch (problem) {
    if (stop.signal.aborted) return;
    if (problem.status === 401) {
      session = await currentSession(true);
      drawSide();
      logInPage(main, render);
    } else showProblem(problem);
  }
}

on("connection", (up) => {
  if (up === connected) return;
  connected = up;
  drawSide();
});
on("reset", () => render());

applyTheme();
start(render);
listen(pages.filter((p) => p.key), go);
render().then(() => session?.role && follow());
