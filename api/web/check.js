// A draft from anywhere, each statement of it held against the pages.
import { element, fill, say } from "./dom.js";
import { citationList, claimedText } from "./claims.js";
import { service } from "./client.js";
import { t } from "./words.js";

const kept = { text: "", found: null };

export function checkView(view) {
  const text = element("textarea", { rows: 8, maxlength: 100000, required: true, placeholder: t("check_hint"), "aria-label": t("check_hint") });
  text.value = kept.text;
  const told = element("p", { role: "status" });
  const result = element("div", {});
  const button = element("button", { type: "submit" }, t("check_send"));
  const form = element("form", {}, text, element("p", { class: "buttons" }, button), told);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    fill(told, t("checking"));
    try {
      kept.text = text.value;
      kept.found = await service.verify(text.value);
      show(result, told);
    } catch (error) {
      fill(told, t("failed", { error: error.message }));
    } finally {
      button.disabled = false;
      say(told.textContent);
    }
  });
  fill(view, element("h1", {}, t("check")), form, result);
  if (kept.found) show(result, told);
}

function show(result, told) {
  const { claims, citations } = kept.found;
  const count = (verdict) => claims.filter((claim) => claim.verdict === verdict).length;
  const counts = { n: claims.length, supported: count("supported"), partial: count("partial"), unsupported: count("unsupported") };
  fill(told, t("checked", counts));
  fill(
    result,
    element("div", { class: "article-text draft" }, claimedText(kept.text, claims, citations)),
    reasons(claims),
    citationList(citations, t("sources")),
  );
}

function reasons(claims) {
  const doubted = claims.filter((claim) => claim.verdict !== "supported");
  if (!doubted.length) return null;
  return element(
    "ul",
    { class: "reasons" },
    doubted.map((claim) =>
      element("li", { class: claim.verdict }, element("q", {}, claimedText(claim.text, [], [])), ` — ${t(claim.verdict)}${claim.reason ? `：${claim.reason}` : ""}`)),
  );
}
