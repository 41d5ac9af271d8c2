// The key to the service, where it asks for one: kept until the tab is closed, asked for in a dialog. Knows no routes.
import { element, field } from "./dom.js";
import { t } from "./words.js";

const KEPT = "gazette-key";
let asking = null; // several requests are refused at once; one dialog answers them all

/** Whether a key is kept. */
export function hasKey() {
  return sessionStorage.getItem(KEPT) !== null;
}

/** The header that carries the key; none without one. */
export function keyHeaders() {
  const key = sessionStorage.getItem(KEPT);
  return key === null ? {} : { Authorization: `Bearer ${key}` };
}

/** Ask for a key; true once one was given, false when the dialog was closed. A kept one was refused, so it goes. */
export function askKey() {
  asking ??= asked().finally(() => {
    asking = null;
  });
  return asking;
}

function asked() {
  const wasWrong = hasKey();
  sessionStorage.removeItem(KEPT);
  const input = element("input", { type: "password", name: "key", required: true, autocomplete: "off", spellcheck: "false" });
  const keep = (event) => {
    event.preventDefault();
    // What cannot stand in a header is no key of ours.
    sessionStorage.setItem(KEPT, input.value.replace(/[^!-~]/g, ""));
    dialog.close();
  };
  const form = element(
    "form",
    { submit: keep },
    element("h2", { id: "key-title" }, t("key_needed")),
    wasWrong ? element("p", { class: "bad", role: "alert" }, t("key_wrong")) : null,
    element("p", { class: "soft" }, t("key_hint")),
    field(t("key"), input),
    element(
      "div",
      { class: "buttons" },
      element("button", { type: "submit" }, t("key_use")),
      element("button", { type: "button", class: "quiet", click: () => dialog.close() }, t("close")),
    ),
  );
  const dialog = element("dialog", { "aria-labelledby": "key-title" }, form);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(hasKey());
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
