// The frame: which view is shown, in which language. Views are made anew when either changes; what they remember is theirs.
import { element, fill } from "./dom.js";
import { choose, current, t } from "./words.js";
import { askView } from "./ask.js";
import { service } from "./client.js";
import { batchesView } from "./batches.js";
import { checkView } from "./check.js";
import { digestsView } from "./digests.js";
import { evaluationsView } from "./evaluations.js";
import { pagesView } from "./pages.js";
import { summariesView } from "./summaries.js";
import { closeSource } from "./source.js";

const VIEWS = {
  ask: askView,
  pages: pagesView,
  check: checkView,
  summaries: summariesView,
  digests: digestsView,
  batches: batchesView,
  evaluations: evaluationsView,
};

function asked() {
  const [, name, ...rest] = location.hash.split("/");
  return { name: name in VIEWS ? name : "ask", rest: rest.map(decodeURIComponent) };
}

function show() {
  const { name, rest } = asked();
  document.documentElement.lang = current();
  document.title = `${t(name)} · Gazette`;
  document.getElementById("skip").textContent = t("skip");
  document.getElementById("language-label").textContent = t("language");
  document.getElementById("collection-label").textContent = t("collection");
  const nav = document.getElementById("views");
  nav.setAttribute("aria-label", t("views"));
  fill(
    nav,
    Object.keys(VIEWS).map((key) =>
      element("a", { href: `#/${key}`, "aria-current": key === name ? "page" : null }, t(key)),
    ),
  );
  nav.querySelector("[aria-current]").scrollIntoView({ block: "nearest", inline: "nearest" });
  closeSource();
  VIEWS[name](document.getElementById("view"), rest);
}

const language = document.getElementById("language");
language.value = current();
language.addEventListener("change", () => {
  choose(language.value);
  show();
});
/** Lets a reader choose among collections, where there is more than one; the address keeps which. */
async function offerCollections() {
  const { items } = await service.collections();
  if (items.length < 2) return;
  const collection = document.getElementById("collection");
  fill(
    collection,
    items.map((one) => element("option", { value: one.collection }, one.collection)),
  );
  collection.value = items.find((one) => one.is_chosen).collection;
  collection.addEventListener("change", () => {
    // The view stays; what it showed is the other collection's.
    location.assign(`?${new URLSearchParams({ collection: collection.value })}#/${asked().name}`);
  });
  document.getElementById("collections").hidden = false;
}

document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault();
  document.getElementById("view").focus();
});
addEventListener("hashchange", () => {
  show();
  document.getElementById("view").focus({ preventScroll: true });
});
show();
offerCollections().catch((error) => {
  document.getElementById("said").textContent = t("failed", { error: error.message });
});
