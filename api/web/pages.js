// The pages: what is held, taking files in, and one page with its pieces coloured and its doubts named.
import { element, field, fill, say, visible, words } from "./dom.js";
import { PointText, runs } from "./points.js";
import { service } from "./client.js";
import { current, t } from "./words.js";

const QUOTED = "quoted";
const COLOURS = 7;
const EDGES = 4; // coprime with the colours: 28 pieces in a row differ in colour or edge

export function pagesView(view, rest) {
  if (rest.length) onePage(view, rest[0], spansOf(rest[1] ?? ""));
  else list(view);
}

function list(view) {
  const rows = element("tbody");
  const told = element("p", { role: "status" });
  const more = element("button", { type: "button", class: "quiet", hidden: true }, t("more"));
  const table = element(
    "table",
    { hidden: true },
    element("thead", {}, element("tr", {}, ["name", "paper", "date", "page", "size"].map((key) => element("th", { scope: "col" }, t(key))), element("td"))),
    rows,
  );
  async function load(after) {
    try {
      const found = await service.documents(after);
      rows.append(...found.items.map((item) => row(item, told)));
      table.hidden = rows.childElementCount === 0;
      fill(told, table.hidden ? t("no_pages") : "");
      more.hidden = found.next === null;
      more.onclick = () => load(found.next);
    } catch (error) {
      fill(told, t("failed", { error: error.message }));
    }
  }
  const again = () => {
    fill(rows);
    return load(null);
  };
  fill(view, element("h1", {}, t("pages")), element("div", { class: "wide" }, table), more, told, uploadForm(again));
  again();
}

function row(item, told) {
  const { paper, published, page } = item.metadata;
  const line = element(
    "tr",
    {},
    element("th", { scope: "row" }, element("a", { href: `#/pages/${encodeURIComponent(item.document_id)}` }, words(item.document))),
    [paper, published, page].map((value) => element("td", {}, value ? words(value) : "")),
    element("td", { class: "number" }, item.chars.toLocaleString(current())),
    element("td", {}, element("button", { type: "button", class: "quiet", "aria-label": `${t("delete")} ${item.document}`, click: remove }, t("delete"))),
  );
  async function remove() {
    if (!confirm(t("sure", { name: item.document }))) return;
    try {
      await service.forget(item.document_id);
      line.remove();
    } catch (error) {
      fill(told, t("failed", { error: error.message }));
    }
  }
  return line;
}

function uploadForm(again) {
  const files = element("input", { type: "file", name: "files", multiple: true, required: true });
  const told = element("div", { role: "status" });
  const text = (name, attributes = {}) => field(t(name), element("input", { type: "text", name, maxlength: 200, ...attributes }));
  const form = element(
    "form",
    { class: "upload" },
    element("h2", {}, t("upload")),
    field(t("files"), files),
    element("div", { class: "fields" }, text("paper"), text("date", { pattern: "(\\d{4}-)?\\d{2}-\\d{2}" }), text("page"), text("place")),
    element("p", { class: "buttons" }, element("button", { type: "submit" }, t("upload"))),
    told,
  );
  form.addEventListener("dragover", (event) => event.preventDefault());
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    files.files = event.dataTransfer.files;
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const sent = new FormData(form);
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      const report = await service.upload(sent, (share) =>
        fill(told, share < 1 ? t("uploading", { n: Math.floor(share * 100) }) : t("taking_in")));
      fill(told, element("p", {}, t("taken_in", report)), failures(report));
      files.value = "";
      await again();
    } catch (error) {
      fill(told, element("p", { class: "bad" }, t("failed", { error: error.message })));
    } finally {
      button.disabled = false;
      say(told.textContent);
    }
  });
  return form;
}

function failures(report) {
  return element("ul", { class: "bad" }, report.failed.map((one) => element("li", {}, words(t("failed_file", one)))));
}

async function piecesOf(documentId) {
  const pieces = [];
  let after = null;
  do {
    const found = await service.articles({ document: documentId, limit: 500, after });
    pieces.push(...found.items);
    after = found.next;
  } while (after !== null);
  return pieces;
}

/** The spans an address names, as 3-9_12-40: what a link to a quote carries. */
function spansOf(text) {
  return [...text.matchAll(/(\d+)-(\d+)/g)].map(([, start, end]) => ({ start: Number(start), end: Number(end), key: QUOTED }));
}

async function onePage(view, documentId, quoted) {
  const back = element("p", {}, element("a", { href: "#/pages" }, t("back")));
  fill(view, back, element("p", { class: "soft" }, "…"));
  try {
    const [source, pieces] = await Promise.all([service.document(documentId), piecesOf(documentId)]);
    fill(
      view,
      back,
      element("h1", {}, words(source.document)),
      element(
        "div",
        { class: "columns" },
        element("section", { "aria-labelledby": "as-printed" }, element("h2", { id: "as-printed" }, t("source_text")), printed(source.text, pieces, quoted)),
        element("section", { "aria-labelledby": "cut" }, element("h2", { id: "cut" }, `${t("pieces")} ${pieces.length}`), pieces.map(card)),
      ),
    );
    steps(view.querySelector(".columns"));
    const quote = view.querySelector("mark");
    if (!quote) return;
    const piece = quote.closest("[data-piece]");
    if (piece) select(Number(piece.dataset.piece), null);
    quote.scrollIntoView({ block: "center" });
  } catch (error) {
    fill(view, back, element("p", { class: "bad" }, t("failed", { error: error.message })));
  }
}

function look(piece, at) {
  return piece.kind === "furniture" ? "piece furniture" : `piece c${at % COLOURS} l${at % EDGES}`;
}

function printed(text, pieces, quoted) {
  const points = new PointText(text);
  const own = pieces.flatMap((piece, key) => piece.source_spans.map(([start, end]) => ({ start, end, key })));
  const spans = [...own, ...quoted];
  const begun = new Set();
  const children = runs(points.length, spans).map(({ start, end, marks }) => {
    const found = visible(points.slice(start, end));
    const shown = marks.includes(QUOTED) ? [element("mark", {}, ...found)] : found;
    const key = marks.find((mark) => mark !== QUOTED);
    if (key === undefined) return element("span", {}, ...shown);
    const first = !begun.has(key);
    begun.add(key);
    return element("span", { class: look(pieces[key], key), "data-piece": key }, first ? label(pieces[key], key) : null, ...shown);
  });
  return element("div", { class: "page-text", tabindex: "0", role: "region", "aria-label": t("source_text") }, children);
}

function label(piece, at) {
  const doubt = piece.doubts.length ? "？" : "";
  const name = `${at + 1}${doubt} ${t("show_piece", { n: at + 1 })}`;
  return element("button", { type: "button", class: doubt ? "tag doubt" : "tag", click: () => select(at, "card"), title: t(piece.kind), "aria-label": name }, `${at + 1}${doubt}`);
}

/** Mark one piece in the text and among the cards, both in view; the focus goes over to the side that is named. */
function select(at, side) {
  document.querySelectorAll(".chosen").forEach((one) => one.classList.remove("chosen"));
  const card = document.getElementById(`piece-${at}`);
  const printed = document.querySelectorAll(`.page-text [data-piece="${at}"]`);
  [card, ...printed].forEach((one) => one.classList.add("chosen"));
  const [near, far] = side === "card" ? [printed[0], card] : [card, printed[0]];
  bringIntoView(near);
  bringIntoView(far);
  if (!side) return;
  go(far.querySelector(side === "card" ? ".jump" : ".tag"));
}

/** Scroll the column something stands in, where columns scroll by themselves; the page around it stays. */
function bringIntoView(one) {
  const column = one.closest(".columns > section");
  const inside = column.getBoundingClientRect();
  if (column.scrollHeight <= column.clientHeight) return;
  const place = one.getBoundingClientRect();
  if (place.top < inside.top || place.bottom > inside.bottom) column.scrollTop += place.top - inside.top - inside.height / 4;
}

/** Put the focus on something, at once: a smooth way over a whole page is a long one. */
function go(one) {
  one.focus({ preventScroll: true });
  one.scrollIntoView({ block: "nearest", behavior: "instant" });
}

/** Arrow keys go from piece to piece, on whichever side the focus is. */
function steps(columns) {
  columns.addEventListener("keydown", (event) => {
    const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const kind = ["tag", "jump"].find((name) => document.activeElement.classList.contains(name));
    if (!way || !kind) return;
    event.preventDefault();
    const all = [...columns.querySelectorAll(`.${kind}`)];
    const next = all[all.indexOf(document.activeElement) + way];
    if (!next) return;
    select(Number(next.closest("[data-piece]").dataset.piece), null);
    go(next);
  });
}

function card(piece, at) {
  const people = piece.bylines.map(({ name, role }) => (role ? `${name}（${role}）` : name)).join("、");
  return element(
    "article",
    { class: `${look(piece, at)} card`, id: `piece-${at}`, "data-piece": at },
    element(
      "p",
      { class: "soft" },
      element("button", { type: "button", class: "jump", "aria-label": `${at + 1} ${t("show_printed", { n: at + 1 })}`, click: () => select(at, "printed") }, at + 1),
      ` ${t(piece.kind)} · ${t("confidence", { n: Math.round(piece.confidence * 100) })} `,
      piece.doubts.length ? element("span", { class: "doubtful" }, t("doubtful")) : null,
    ),
    element("h3", {}, words(piece.title ?? (piece.kind === "furniture" ? piece.text.slice(0, 30) : t("untitled")))),
    piece.doubts.length ? element("ul", { class: "doubts" }, piece.doubts.map((doubt) => element("li", {}, words(doubt)))) : null,
    people ? element("p", { class: "soft" }, words(t("byline", { value: people }))) : null,
    piece.published ? element("p", { class: "soft" }, words(t("published", { value: [piece.published, piece.place].filter(Boolean).join(" · ") }))) : null,
    piece.kind === "furniture" ? null : element("details", {}, element("summary", {}, t("as_article")), element("div", { class: "article-text" }, ...visible(piece.text))),
  );
}
