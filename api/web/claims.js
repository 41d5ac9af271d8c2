// A reply's text with its claims, verdicts and markers, and the list of what it quotes.
import { element, words } from "./dom.js";
import { PointText, runs } from "./points.js";
import { openSource, where } from "./source.js";
import { t } from "./words.js";

const SIGNS = { supported: "✓", partial: "≈", unsupported: "✗" };

/** A verdict as a sign with its words; the reason is there for everybody, not only for a mouse. */
export function verdict(claim) {
  const name = t(claim.verdict);
  const full = claim.reason ? `${name}：${claim.reason}` : name;
  return element(
    "span",
    { class: `verdict ${claim.verdict}`, title: full },
    element("span", { "aria-hidden": "true" }, SIGNS[claim.verdict]),
    element("span", { class: "unseen" }, full),
  );
}

/** The button that opens one citation. */
export function marker(citation) {
  const label = t("open_source", { n: citation.marker, title: citation.title ?? t("untitled") });
  return element(
    "button",
    { type: "button", class: "marker", "aria-label": label, click: () => openSource(citation) },
    `[${citation.marker}]`,
  );
}

/**
 * A text whose claims carry verdicts and markers.
 *
 * `marked`: the text prints markers of its own between its claims, as an answer does; they are left out, ours replace them.
 */
export function claimedText(text, claims, citations, { marked = false } = {}) {
  const points = new PointText(text);
  const byMarker = new Map(citations.map((citation) => [citation.marker, citation]));
  const spans = claims.map((claim, key) => ({ start: claim.start, end: claim.end, key }));
  return runs(points.length, spans).map(({ start, end, marks }) => {
    const piece = points.slice(start, end);
    if (!marks.length) return words(marked ? piece.replace(/\[\d+\]/g, "") : piece);
    const claim = claims[marks.at(-1)];
    const last = claim.end === end;
    return element(
      "span",
      { class: `claim ${claim.verdict}` },
      answer(points, claim, start, end),
      last ? claim.citations.map((number) => byMarker.has(number) && marker(byMarker.get(number))) : null,
      last ? verdict(claim) : null,
    );
  });
}

function answer(points, claim, start, end) {
  const [from, to] = claim.answer_span ?? [end, end];
  const inside = [{ start: from - start, end: to - start, key: "answer" }];
  const piece = new PointText(points.slice(start, end));
  return runs(piece.length, inside).map((run) =>
    run.marks.length
      ? element("strong", {}, words(piece.slice(run.start, run.end)))
      : words(piece.slice(run.start, run.end)),
  );
}

/** What a reply quotes: marker, words, where they stand. */
export function citationList(citations, label) {
  if (!citations.length) return null;
  return element(
    "section",
    { class: "quotes", "aria-label": label },
    element("h3", {}, label),
    element(
      "ol",
      {},
      citations.map((citation) =>
        element(
          "li",
          {},
          marker(citation),
          element("blockquote", {}, words(citation.quote)),
          element("p", { class: "soft" }, words([citation.title, where(citation)].filter(Boolean).join(" · "))),
          citation.copies?.length
            ? element("p", { class: "soft" }, t("carried", { n: citation.copies.length }))
            : null,
        ),
      ),
    ),
  );
}

/** Claims whose sources disagree. */
export function conflictList(conflicts) {
  return conflicts.map((conflict) =>
    element("p", { class: "conflict" }, element("strong", {}, `${t("conflict")}：`), words(conflict.reason)),
  );
}
