// Many articles told together, every one accounted for; and one subject in order of time.
import { element, field, fill, say, words } from "./dom.js";
import { citationList, claimedText, conflictList } from "./claims.js";
import { service } from "./client.js";
import { dayInput } from "./dates.js";
import { t } from "./words.js";

export function digestsView(view) {
  const input = (name) => element("input", { name, type: "text", maxlength: 200 });
  const controls = { topic: input("topic"), from: dayInput({ name: "from" }), to: dayInput({ name: "to" }), place: input("place") };
  const told = element("p", { role: "status" });
  const result = element("div", {});
  const form = element(
    "form",
    {},
    element("div", { class: "fields" }, Object.entries(controls).map(([name, control]) => field(t(name), control))),
    element(
      "p",
      { class: "buttons" },
      element("button", { type: "submit", value: "digest" }, t("write_digest")),
      element("button", { type: "submit", value: "timeline", class: "quiet" }, t("show_timeline")),
    ),
    told,
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const kind = event.submitter?.value ?? "digest";
    const topic = controls.topic.value.trim();
    if (kind === "timeline" && !topic) {
      fill(told, t("needs_topic"));
      controls.topic.focus();
      return;
    }
    await make(kind, topic, limits(controls), form, told, result);
  });
  fill(view, element("h1", {}, t("digests")), form, result);
}

function limits({ from, to, place }) {
  return { from: from.value.trim() || null, to: to.value.trim() || null, place: place.value.trim() || null };
}

async function make(kind, topic, filters, form, told, result) {
  const buttons = form.querySelectorAll("button");
  buttons.forEach((button) => { button.disabled = true; });
  fill(told, t("writing"));
  try {
    if (kind === "digest") {
      const found = await service.digest({ topic: topic || null, filters });
      fill(told, tally(found.coverage));
      fill(result, digest(found));
    } else {
      const found = await service.timeline({ subject: topic, filters });
      fill(told, t("checked_entries", { n: found.entries.length }));
      fill(result, timeline(found));
    }
  } catch (error) {
    fill(told, t("failed", { error: error.message }));
  } finally {
    buttons.forEach((button) => { button.disabled = false; });
    say(told.textContent);
  }
}

function tally({ used, merged, left_out: left }) {
  const counts = { used: used.length, merged: merged.length, left: left.length };
  return t("coverage", { all: counts.used + counts.merged + counts.left, ...counts });
}

/** One claim with its markers, wherever it is shown. */
function statement(claim, citations) {
  const alone = { ...claim, start: 0, end: Array.from(claim.text).length, answer_span: null };
  return claimedText(claim.text, [alone], citations);
}

function digest(found) {
  if (found.digest === null) return element("p", { class: "declined" }, t("nothing_told"));
  const of = (indices) => indices.map((index) => [statement(found.claims[index], found.citations), /[。！？]$/.test(found.claims[index].text) ? "" : "。"]);
  return [
    found.opening.length ? element("section", {}, element("h2", {}, t("opening")), element("p", { class: "summary" }, of(found.opening))) : null,
    conflictList(found.conflicts),
    found.groups.map((group) =>
      element("section", {}, element("h2", {}, words(group.name)), element("ul", {}, group.stories.map((at) => story(found.stories[at], of))))),
    left(found.coverage.left_out),
    element("details", {}, element("summary", {}, t("sources")), citationList(found.citations, t("sources"))),
  ];
}

function story(one, of) {
  return element(
    "li",
    {},
    of(one.claims),
    one.independent_sources > 1 ? element("span", { class: "soft" }, ` ${t("carriers", { n: one.carried_by })}`) : null,
  );
}

function left(articles) {
  if (!articles.length) return null;
  return element(
    "details",
    {},
    element("summary", {}, `${t("left_out")} ${articles.length}`),
    element("ul", {}, articles.map((one) => element("li", {}, words(`${one.title ?? t("untitled")} · ${one.document}`), ` — ${one.message}`))),
  );
}

function timeline(found) {
  const entry = (one) =>
    element("li", {}, element("time", { class: "soft" }, words(one.words || one.date), ` (${one.date}) `), statement(found.claims[one.claim], found.citations));
  return [
    element("ol", { class: "timeline" }, found.entries.map(entry)),
    conflictList(found.conflicts),
    found.undated.length
      ? element("section", {}, element("h2", {}, t("undated_part")), element("ul", {}, found.undated.map((index) => element("li", {}, statement(found.claims[index], found.citations)))))
      : null,
    citationList(found.citations, t("sources")),
  ];
}
