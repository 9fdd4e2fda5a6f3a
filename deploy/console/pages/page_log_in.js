// Name and password; what is wrong is said beside them.
import { h, show } from "./dom.js";
import { t } from "./lang.js";
import { logIn } from "./api.js";

export function logInPage(main, then) {
  const name = h("input", { name: "name", autocomplete: "username", required: true, autofocus: true });
  const password = h("input", { name: "password", type: "password", autocomplete: "current-password", required: true });
  const wrong = h("p", { role: "alert" });
  const send = async (event) => {
    event.preventDefault();
    try {
      await logIn(name.value, password.value);
      await then();
    } catch (problem) {
      show(wrong, h("span.tag.bad", problem.message));
      password.value = "";
      password.focus();
    }
  };
  delete main.dataset.page;
  show(main, h("div.head", h("h1", t("log_in"))),
    h("form.card", { onsubmit: send },
      h("label.field", t("user_name"), name), h("label.field", t("password"), password),
      wrong, h("button.main", { type: "submit" }, t("log_in"))));
  name.focus();
}
