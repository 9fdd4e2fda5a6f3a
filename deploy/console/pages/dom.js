// Elements from data: text always becomes text, never HTML.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat(Infinity))
    if (child !== null && child !== undefined && child !== false)
      element.append(child instanceof Node ? child : String(child));
  return element;
}

// h("a.tag", {href: "/"}, "text", node, [more])
export function h(name, attributes, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  const given = attributes !== null && attributes !== undefined;
  if (given && (attributes instanceof Node || typeof attributes !== "object" || Array.isArray(attributes))) {
    children.unshift(attributes);
    attributes = null;
  }
  return fill(element, attributes, children);
}

export function svg(name, attributes, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

export function show(place, ...children) {
  place.replaceChildren(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
}

export function later(action, ms) {
  let timer = null;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...args), ms);
  };
}

const halfWidth = (text) => text.replace(/[\uFF01-\uFF5E]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xFEE0));

// How far the figure goes from `at`: blanks of the original and full-width digits are read away.
function figureEnd(sentence, at, figure) {
  let end = at;
  for (const c of figure) if (end < sentence.length && (sentence[end] === c || sentence[end] === halfWidth(c))) end++;
  return end;
}

// A sentence with its figure marked; `offset` counts bytes of UTF-8 where the figure's place is known.
export function marked(sentence, figure, offset) {
  if (!figure) return [sentence];
  const at = offset === undefined ? halfWidth(sentence).indexOf(halfWidth(figure.replace(/\s/g, "")))
    : new TextDecoder().decode(new TextEncoder().encode(sentence).subarray(0, offset)).length;
  const end = at < 0 ? at : figureEnd(sentence, at, figure);
  return end > at ? [sentence.slice(0, at), h("mark", sentence.slice(at, end)), sentence.slice(end)] : [sentence];
}
