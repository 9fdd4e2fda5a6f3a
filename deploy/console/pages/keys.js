// Keys that work on every page: g and a letter, / and ?.
import { h, show } from "./dom.js";
import { t } from "./lang.js";

let waitingForPage = false;

export function isTyping(event) {
  return event.target.closest?.("input, select, textarea, [contenteditable]") || event.ctrlKey || event.metaKey || event.altKey;
}

export function openHelp(pages, extra = []) {
  const dialog = h("dialog", { "aria-label": t("help_title") });
  const key = (name) => name.split(" ").map((k) => h("kbd", k));
  const lines = [...pages.map((p) => ["g " + p.key, t(p.name)]), ["/", t("help_filter")], ...pageKeys.map(([k, text]) => [k, t(text)]),
                 ["?", t("help_help")], ["Esc", t("help_escape")], ...extra];
  show(dialog, h("h2", t("help_title")), h("p.soft", t("help_go")),
    h("dl.keys", lines.map(([k, text]) => [h("dt", key(k)), h("dd", text)])),
    h("button", { type: "button", onclick: () => dialog.close() }, t("close")));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

// Keys of the page that is shown, for the help: [["j", "key_next"], …].
let pageKeys = [];
export const setPageKeys = (keys) => { pageKeys = keys; };

export function listen(pages, go) {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.matches?.("input, select, textarea")) event.target.blur();
    if (isTyping(event) || document.querySelector("dialog[open]")) return;
    const page = waitingForPage && pages.find((p) => p.key === event.key);
    waitingForPage = event.key === "g";
    if (page) go(page.path);
    else if (event.key === "?") openHelp(pages);
    else if (event.key === "/") document.querySelector("main input[type=search], main input")?.focus();
    else return;
    event.preventDefault();
  });
}
