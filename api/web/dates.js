// Dates as they are written everywhere here, year-month-day, whatever the browser's language makes of its own fields.
import { element } from "./dom.js";
import { t } from "./words.js";

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Whether there is such a day. */
export function isDay(text) {
  const [, year, month, day] = DAY.exec(text) ?? [];
  const made = new Date(Date.UTC(year, month - 1, day));
  return made.getUTCMonth() === month - 1 && made.getUTCDate() === Number(day);
}

/** A field for one day; it says itself what is wrong with what was typed. `taken` is told every good value, or "". */
export function dayInput(attributes, taken = () => {}) {
  const input = element("input", { type: "text", inputmode: "numeric", maxlength: 10, placeholder: "2024-03-06", autocomplete: "off", ...attributes });
  const look = () => {
    const value = input.value.trim();
    const good = value === "" || isDay(value);
    input.setCustomValidity(good ? "" : t("wrong_day"));
    if (good) taken(value);
  };
  input.addEventListener("input", look);
  input.addEventListener("change", () => {
    look();
    input.reportValidity();
  });
  return input;
}
