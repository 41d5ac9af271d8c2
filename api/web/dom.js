// Builds elements. Text only ever becomes text nodes: newspaper text is data, whatever it looks like.

// Characters that show nothing or turn the reading direction; written out, so that nobody is fooled by them.
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** An element; attributes that are null or false are left out, functions become listeners. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") made.addEventListener(key, value);
    else made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** Words of a page or a model as nodes: isolated in direction, unseen characters written out as signs. */
export function words(text) {
  const isolated = element("bdi");
  isolated.append(...visible(text));
  return isolated;
}

/** The nodes of a text, its unseen characters as signs. */
export function visible(text) {
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(UNSEEN)) {
    if (match.index > at) nodes.push(text.slice(at, match.index));
    const code = match[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    nodes.push(element("span", { class: "sign" }, `U+${code}`));
    at = match.index + match[0].length;
  }
  if (at < text.length) nodes.push(text.slice(at));
  return nodes;
}

/** Replace what an element holds. */
export function fill(parent, ...children) {
  parent.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return parent;
}

/** Tell people who listen to the page what has happened. */
export function say(text) {
  document.getElementById("said").textContent = text;
}

/** A labelled field: label text and control belong together. */
export function field(label, control) {
  return element("label", { class: "field" }, element("span", {}, label), control);
}
