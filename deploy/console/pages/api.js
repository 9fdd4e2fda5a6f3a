// The one way to the API: JSON in, JSON out, problems as errors in words, changes as they come.
import { lang } from "./lang.js";

let session = null;

export class Problem extends Error {
  constructor(status, title, detail) {
    super(detail || title);
    this.status = status;
    this.title = title;
  }
}

export function address(path, params = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params))
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== null && one !== undefined && one !== "") query.append(name, one);
  const text = query.toString();
  return `/api/v1/${path}${text ? "?" + text : ""}`;
}

async function answer(response) {
  const type = response.headers.get("Content-Type") ?? "";
  const body = type.includes("json") ? await response.json() : await response.text();
  if (response.ok) return body;
  throw Object.assign(new Problem(response.status, body.title ?? response.statusText, body.detail), { figure: body.figure });
}

async function ask(url, options) {
  let response;
  try {
    response = await fetch(url, { credentials: "same-origin", ...options, headers: { "Accept-Language": lang(), ...options?.headers } });
  } catch {
    throw new Problem(0, "offline", "");
  }
  return answer(response);
}

export const get = (path, params, signal) => ask(address(path, params), { signal });

// Every page of a list ("documents", "coverage"), up to `most`.
export async function all(path, params, signal, most = 20000) {
  const items = [];
  let cursor = null;
  do {
    const page = await get(path, { ...params, limit: 5000, cursor }, signal);
    items.push(...page[path]);
    cursor = page.next;
  } while (cursor && items.length < most);
  return items;
}

// The reports with these hashes that there are, by hash; null: it stands nowhere.
export async function filedOf(hashes, signal) {
  const MOST_A_QUESTION = 100, ENOUGH = 24; // digits, to name it by
  const found = new Map(hashes.map((sha256) => [sha256, null]));
  for (let i = 0; i < hashes.length; i += MOST_A_QUESTION) {
    const some = hashes.slice(i, i + MOST_A_QUESTION).map((sha256) => sha256.slice(0, ENOUGH));
    const document = some.length > 1 ? some : [some[0], some[0]]; // of one alone there would be pages
    (await get("documents", { document }, signal)).documents.forEach((d) => found.set(d.sha256, d));
  }
  return found;
}

// Every page of rows, up to `most`.
export async function rows(path, params, signal, most = 20000) {
  const all = [];
  let cursor = null;
  do {
    const page = await get(path, { ...params, limit: 5000, cursor }, signal);
    all.push(...page.rows);
    cursor = page.next;
  } while (cursor && all.length < most);
  return { rows: all, more: Boolean(cursor) };
}

export async function currentSession(fresh = false) {
  if (!session || fresh) session = await get("session");
  return session;
}

async function change(method, path, body, headers = {}) {
  const { csrf } = await currentSession();
  const send = () => ask(address(path), { method, body, headers: { ...headers, "X-CSRF-Token": session.csrf ?? csrf ?? "" } });
  try {
    return await send();
  } catch (problem) {
    if (problem.status !== 403) throw problem;
    await currentSession(true); // the console was started again: its token is another
    return send();
  }
}

export const post = (path, body) =>
  body instanceof FormData ? change("POST", path, body)
  : change("POST", path, body === undefined ? undefined : JSON.stringify(body),
           body === undefined ? {} : { "Content-Type": "application/json" });

export async function logIn(name, password) {
  session = await ask(address("session"), {
    method: "POST", body: JSON.stringify({ name, password }), headers: { "Content-Type": "application/json" } });
  return session;
}

export async function logOut() {
  followNoMore();
  await change("DELETE", "session");
  session = null;
}

// An upload tells how far it is, which fetch can't.
export async function upload(form, progress) {
  const { csrf } = await currentSession(true);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address("documents"));
    request.setRequestHeader("X-CSRF-Token", csrf ?? "");
    request.setRequestHeader("Accept-Language", lang());
    request.responseType = "json";
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onerror = () => reject(new Problem(0, "offline", ""));
    request.onload = () => request.status < 300 ? resolve(request.response)
      : reject(new Problem(request.status, request.response?.title, request.response?.detail));
    request.send(form);
  });
}

// ---- what changes meanwhile ----

const listeners = new Map();
let worker = null;

// `on("changes", take)`: called with each event's data; returns how to stop.
export function on(name, take) {
  if (!listeners.has(name)) listeners.set(name, new Set());
  listeners.get(name).add(take);
  return () => listeners.get(name).delete(take);
}

// The browser connects again by itself, with the last event's id: what was missed comes then.
export function follow() {
  if (!worker) {
    worker = new SharedWorker("/static/follow_worker.js", { name: "xianzhi-changes" });
    worker.port.onmessage = ({ data }) => listeners.get(data.name)?.forEach((take) => take(data.data));
    addEventListener("pagehide", (event) => { if (!event.persisted) worker.port.postMessage("leave"); });
  }
  worker.port.postMessage("open");
}

export const followNoMore = () => worker?.port.postMessage("close");
