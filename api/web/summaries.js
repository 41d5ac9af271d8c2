// Summaries of a document's articles, or of all, with their quotes; to read, and to take along.
import { element, field, fill, say, words } from "./dom.js";
import { citationList, claimedText } from "./claims.js";
import { service } from "./client.js";
import { t } from "./words.js";

let rows = [];

export function summariesView(view) {
  const chosen = element("select", { name: "document" }, element("option", { value: "" }, t("all_documents")));
  const style = element("select", { name: "style" }, ["brief", "headline", "bullets"].map((name) => element("option", { value: name }, t(name))));
  const limit = element("input", { type: "number", name: "max_chars", min: 20, max: 5000 });
  const told = element("p", { role: "status" });
  const result = element("div", {});
  const button = element("button", { type: "submit" }, t("summarise"));
  const form = element(
    "form",
    {},
    element("div", { class: "fields" }, field(t("document"), chosen), field(t("style"), style), field(t("max_chars"), limit)),
    element("p", { class: "buttons" }, button),
    told,
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    fill(told, t("summarising"));
    const which = chosen.value ? { document: chosen.value } : { all: true };
    try {
      const reply = await service.summarise({ ...which, style: style.value, max_chars: limit.valueAsNumber || null });
      rows = reply.items;
      show(result, told);
    } catch (error) {
      fill(told, t("failed", { error: error.message }));
    } finally {
      button.disabled = false;
      say(told.textContent);
    }
  });
  fill(view, element("h1", {}, t("summaries")), form, result);
  documents(chosen).catch((error) => fill(told, t("failed", { error: error.message })));
  if (rows.length) show(result, told);
}

async function documents(chosen) {
  let after = null;
  do {
    const found = await service.documents(after);
    chosen.append(...found.items.map((item) => element("option", { value: item.document_id }, item.document)));
    after = found.next;
  } while (after !== null);
}

function show(result, told) {
  fill(told, t("summarised", { n: rows.length }));
  fill(result, exports(), rows.map(row));
}

function row(one) {
  return element(
    "article",
    { class: "card" },
    element("p", { class: "soft" }, words(`${one.document} · ${t(one.kind)}`)),
    element("h2", {}, words(one.title ?? t("untitled"))),
    body(one),
  );
}

function body(one) {
  if (one.summarised_with) return element("p", { class: "soft" }, t("with_head"));
  if (one.abstained)
    return [element("p", { class: "declined" }, words(one.abstention.message)), citationList(one.abstention.nearest, t("nearest"))];
  return [
    element("p", { class: "summary" }, claimedText(one.summary, one.claims, one.citations)),
    element("details", {}, element("summary", {}, t("sources")), citationList(one.citations, t("sources"))),
  ];
}

function exports() {
  const saved = (name, content, type) => {
    const address = URL.createObjectURL(new Blob([content], { type }));
    const link = element("a", { href: address, download: name });
    link.click();
    URL.revokeObjectURL(address);
  };
  const lines = () => rows.map((one) => JSON.stringify(one)).join("\n") + "\n";
  return element(
    "p",
    { class: "buttons" },
    element("button", { type: "button", class: "quiet", click: () => saved("summaries.jsonl", lines(), "application/jsonl") }, `${t("export")} JSONL`),
    element("button", { type: "button", class: "quiet", click: () => saved("summaries.md", markdown(), "text/markdown") }, `${t("export")} Markdown`),
  );
}

const escaped = (text) => text.replace(/[\\`*_{}[\]<>#|]/g, "\\$&");

function markdown() {
  return rows
    .filter((one) => !one.summarised_with)
    .map((one) => `## ${escaped(one.title ?? t("untitled"))}\n\n${escaped(one.summary ?? one.abstention.message)}\n\n${one.citations.map((quote) => `- [${quote.marker}] ${escaped(quote.quote)}`).join("\n")}\n`)
    .join("\n");
}
