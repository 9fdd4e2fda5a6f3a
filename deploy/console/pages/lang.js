// Chinese and English. A text that takes arguments has {0}, {1} … in it.
import { texts } from "./texts.js";

const wanted = localStorage.getItem("xianzhi-lang");
let current = wanted === "zh" || wanted === "en" ? wanted : navigator.language.startsWith("zh") ? "zh" : "en";

export const lang = () => current;

export function setLang(next) {
  current = next;
  localStorage.setItem("xianzhi-lang", next);
  document.documentElement.lang = next === "zh" ? "zh-CN" : "en";
}

export function t(key, ...values) {
  const pair = texts[key];
  if (!pair) return key;
  const text = pair[current === "zh" ? 0 : 1];
  return values.length ? text.replace(/\{(\d)\}/g, (_, i) => values[i] ?? "") : text;
}

// A word of the API ("county", "rejected") where there is a text for it, else the word itself.
export const word = (kind, name) => name === null || name === undefined || name === "" ? "" : texts[`${kind}_${name}`] ? t(`${kind}_${name}`) : name;

setLang(current);
