// Where we are: the address is the page's state, so that every view can be linked and gone back to.

let render = () => {};

export const start = (draw) => {
  render = draw;
  addEventListener("popstate", () => render());
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const url = new URL(link.href);
    if (url.origin !== location.origin || link.hasAttribute("download") || link.target || url.pathname.startsWith("/api/")) return;
    if (url.pathname === location.pathname && url.hash) return;
    event.preventDefault();
    go(url.pathname + url.search + url.hash);
  });
};

export function go(path) {
  history.pushState(null, "", path);
  scrollTo(0, 0);
  render();
}

export const again = () => render();

export const param = (name) => new URLSearchParams(location.search).get(name) ?? "";

// Changes the address without leaving the page.
export function setParams(changes) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes))
    if (value === "" || value === null || value === undefined) query.delete(name);
    else query.set(name, value);
  const text = query.toString();
  history.replaceState(null, "", location.pathname + (text ? "?" + text : "") + location.hash);
}
