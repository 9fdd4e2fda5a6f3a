// A line that says what has happened and goes away by itself; a question that waits for an answer.
import { h } from "./dom.js";
import { t } from "./lang.js";

export function note(text) {
  const line = h("div", text);
  document.getElementById("notes").append(line);
  setTimeout(() => line.remove(), 6000);
}

// Asks before something is done: resolves to what was written into the field, or null. `then`, where
// it is given, does it: what it throws is said in the question, which stays open.
export function ask({ title, text, yes, danger = false, fields = [], then = null }) {
  return new Promise((resolve) => {
    let answer = null;
    const wrong = h("p", { role: "alert" });
    const send = async (event) => {
      event.preventDefault();
      const given = Object.fromEntries(new FormData(event.target));
      try {
        await then?.(given);
        answer = given;
        dialog.close();
      } catch (problem) {
        wrong.replaceChildren(h("span.tag.bad", problem.message));
      }
    };
    const dialog = h("dialog", { "aria-label": title }, h("h2", title), text && h("p.soft", text),
      h("form.decide", { onsubmit: send }, fields, wrong,
        h("div.buttons", h(danger ? "button.danger" : "button.main", { type: "submit" }, yes),
          h("button", { type: "button", onclick: () => dialog.close() }, t("cancel")))));
    dialog.addEventListener("close", () => { dialog.remove(); resolve(answer); });
    document.body.append(dialog);
    dialog.showModal();
  });
}
