// What was measured of this service: the runs, their figures with intervals, their gates, and the report of each.
import { element, fill, words } from "./dom.js";
import { fileLink, service } from "./client.js";
import { hasKey } from "./key.js";
import { current, t } from "./words.js";

export function evaluationsView(view) {
  const told = element("p", { role: "status" });
  const cards = element("div");
  const more = element("button", { type: "button", class: "quiet", hidden: true }, t("more"));
  async function load(after) {
    try {
      const found = await service.evaluations(after);
      cards.append(...found.items.map(card));
      more.hidden = found.next === null;
      more.onclick = () => load(found.next);
      fill(told, cards.childElementCount ? "" : nothing());
    } catch (error) {
      fill(told, t("failed", { error: error.message }));
    }
  }
  fill(view, element("h1", {}, t("evaluations")), element("p", { class: "soft" }, t("about_evaluations")), told, cards, more);
  load(null);
}

function nothing() {
  return [t("no_evaluations"), " ", element("code", {}, "gazette eval run seeds")];
}

function card(one) {
  const report = one.report
    ? reportLink(one)
    : element("span", { class: "soft" }, t("no_report"), " ", element("code", {}, `gazette eval report ${one.run} --out report.html`));
  return element(
    "article",
    { class: "card" },
    element("h2", {}, words(one.suite), " ", element("span", { class: "soft" }, words(one.run))),
    asked(one),
    element("p", { class: "soft" }, words(t("evaluated", { ...one, started: new Date(one.started).toLocaleString(current()) }))),
    gates(one.gates),
    figures(one.measures),
    element("p", {}, report),
  );
}

/** What tells one run of a suite from another: the data it asked over, and the settings changed for it. */
function asked(one) {
  const told = [one.data, ...Object.entries(one.changed).map(([name, value]) => `${name}=${value}`)].filter(Boolean);
  return told.length ? element("p", {}, words(told.join(" · "))) : null;
}

/** Opens the report; where a key is needed it is fetched with it and kept as a file, for a link carries none. */
function reportLink(one) {
  const link = fileLink(one.report.replace(/^\//, ""), `${one.run}.html`, t("report"));
  link.setAttribute("aria-label", `${t("report")} ${one.run}`);
  if (!hasKey()) link.removeAttribute("download");
  return link;
}

function gates(all) {
  if (!all.length) return null;
  const failed = all.filter((gate) => gate.passed === false);
  const held = all.filter((gate) => gate.passed === true);
  const state = element("p", { class: failed.length ? "bad" : "good" }, t("gates", { held: held.length, all: all.length }));
  const broken = failed.map((gate) => element("li", {}, words(`${gate.measure} ${gate.bound}：${number(gate.value)}`)));
  return [state, failed.length ? element("ul", { class: "bad" }, broken) : null];
}

function figures(measures) {
  const rows = Object.entries(measures).map(([name, one]) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, words(name)),
      element("td", { class: "number" }, number(one.mean)),
      element("td", { class: "number" }, one.low === null ? "" : `${number(one.low)} – ${number(one.high)}`),
      element("td", { class: "number" }, one.n, one.unscored ? ` + ${one.unscored}` : ""),
    ));
  const head = [t("measure"), t("mean"), t("interval"), "n"].map((name, at) => element("th", { scope: "col", class: at ? "number" : null }, name));
  return element(
    "details",
    {},
    element("summary", {}, `${t("figures")} ${rows.length}`),
    element("div", { class: "wide figures" }, element("table", {}, element("thead", {}, element("tr", {}, head)), element("tbody", {}, rows))),
  );
}

function number(value) {
  return value === null ? "—" : value.toLocaleString(current(), { maximumFractionDigits: 3, minimumFractionDigits: 3 });
}
