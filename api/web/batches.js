// Batches: a file of requests goes in, how far it is, and what came out. Looks again while something is under way.
import { element, field, fill, say, words } from "./dom.js";
import { fileLink, service } from "./client.js";
import { current, t } from "./words.js";

const UNDER_WAY = new Set(["validating", "in_progress", "finalizing", "cancelling"]);
const AGAIN_MS = 2000;

export function batchesView(view) {
  const rows = element("tbody");
  const told = element("p", { role: "status" });
  const table = element(
    "table",
    { hidden: true },
    element("thead", {}, element("tr", {}, ["started", "state", "progress", "output"].map((key) => element("th", { scope: "col" }, t(key))), element("td"))),
    rows,
  );
  async function load() {
    try {
      const { data } = await service.batches();
      fill(rows, data.map((one) => row(one, load)));
      table.hidden = data.length === 0;
      fill(told, data.length ? "" : t("no_batches"));
      if (rows.isConnected && data.some((one) => UNDER_WAY.has(one.status))) setTimeout(load, AGAIN_MS);
    } catch (error) {
      fill(told, t("failed", { error: error.message }));
    }
  }
  fill(view, element("h1", {}, t("batches")), element("div", { class: "wide" }, table), told, startForm(load));
  load();
}

function row(one, load) {
  const { total, completed, failed } = one.request_counts;
  const file = (id, name) => (id ? fileLink(service.content(id), `${one.id}-${name}.jsonl`, `${t(name)} `) : null);
  const cancel = async () => {
    await service.cancel(one.id);
    await load();
  };
  return element(
    "tr",
    {},
    element("td", {}, new Date(one.created_at * 1000).toLocaleString(current())),
    element("td", {}, words(one.status)),
    element("td", {}, t("done_of", { done: completed + failed, total, failed }), " ", element("progress", { max: Math.max(total, 1), value: completed + failed, "aria-label": t("progress") })),
    element("td", {}, file(one.output_file_id, "output"), file(one.error_file_id, "errors")),
    element("td", {}, UNDER_WAY.has(one.status) ? element("button", { type: "button", class: "quiet", click: cancel }, t("cancel")) : null),
  );
}

function startForm(load) {
  const file = element("input", { type: "file", name: "file", required: true, accept: ".jsonl" });
  const told = element("p", { role: "status" });
  const button = element("button", { type: "submit" }, t("start_batch"));
  const form = element("form", { class: "upload" }, field(t("batch_file"), file), element("p", { class: "buttons" }, button), told);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      const sent = new FormData();
      sent.append("purpose", "batch");
      sent.append("file", file.files[0]);
      const kept = await service.keep(sent);
      await service.start({ input_file_id: kept.id });
      fill(told, "");
      await load();
    } catch (error) {
      fill(told, t("failed", { error: error.message }));
      say(told.textContent);
    } finally {
      button.disabled = false;
    }
  });
  return form;
}
