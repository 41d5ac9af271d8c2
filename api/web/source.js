// The pane that shows a quote where it stands: in the document as received, and in the article cut from it.
import { element, fill, say, visible, words } from "./dom.js";
import { PointText, placeOf, runs } from "./points.js";
import { service } from "./client.js";
import { t } from "./words.js";

let opener = null;

/** Show a citation's quote in its source. */
export async function openSource(citation) {
  const pane = document.getElementById("source");
  opener = document.activeElement;
  pane.hidden = false;
  document.body.classList.add("with-source");
  pane.setAttribute("aria-label", t("sources"));
  fill(pane, heading(citation), element("p", { class: "soft" }, "…"));
  try {
    const [source, article] = await Promise.all([
      service.document(citation.document_id),
      service.article(citation.article_id),
    ]);
    fill(pane, heading(citation), ...parts(citation, source, article));
    pane.querySelectorAll("mark").forEach((mark, at) => at === 0 && mark.scrollIntoView({ block: "center" }));
    say(t("opened", { title: citation.title ?? t("untitled") }));
    pane.querySelector("button").focus({ preventScroll: true });
  } catch (error) {
    const message = error.status === 404 ? t("gone_document") : t("failed", { error: error.message });
    fill(pane, heading(citation), element("p", { class: "bad" }, message));
  }
}

/** Close the pane and go back to where one was. */
export function closeSource() {
  const pane = document.getElementById("source");
  if (pane.hidden) return;
  pane.hidden = true;
  document.body.classList.remove("with-source");
  fill(pane);
  opener?.focus();
}

addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeSource();
});

function heading(citation) {
  return element(
    "header",
    {},
    element("button", { type: "button", class: "quiet", click: closeSource }, t("close")),
    element("h2", {}, words(citation.title ?? t("untitled"))),
    element("p", { class: "soft" }, words(where(citation))),
  );
}

/** Document, place, day and position of a citation, in one line. */
export function where(citation) {
  const spans = citation.source_spans.map(([start, end]) => `${start}–${end}`);
  const shown = spans.length > 3 ? [...spans.slice(0, 3), "…"] : spans;
  return [citation.document, citation.place, citation.published, t("characters", { spans: shown.join("、") })]
    .filter(Boolean)
    .join(" · ");
}

function parts(citation, source, article) {
  const printed = new PointText(source.text);
  const cleaned = new PointText(article.text);
  const place = placeOf(citation.quote, cleaned);
  return [
    element("h3", {}, t("on_page")),
    marked(printed, citation.source_spans, "page-text"),
    element("h3", {}, t("as_article")),
    marked(cleaned, place ? [place] : [], "article-text"),
  ];
}

function marked(text, spans, name) {
  const keyed = spans.map(([start, end]) => ({ start, end, key: "quote" }));
  const children = runs(text.length, keyed).map(({ start, end, marks }) =>
    element(marks.length ? "mark" : "span", {}, ...visible(text.slice(start, end))),
  );
  return element("div", { class: name, tabindex: "0", role: "region", "aria-label": t(name === "page-text" ? "on_page" : "as_article") }, children);
}
