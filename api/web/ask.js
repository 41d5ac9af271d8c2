// The conversation: a question, its events as they come, the checked answer. Kept while the page is open.
import { element, field, fill, say, words } from "./dom.js";
import { citationList, claimedText, conflictList } from "./claims.js";
import { fileLink, service } from "./client.js";
import { dayInput } from "./dates.js";
import { t } from "./words.js";

const HISTORY = 20; // turns sent along: the service bounds them too

const turns = []; // {question, answer?: the whole reply, error?}
let limits = {};
let running = null;

export function askView(view) {
  const log = element("div", { class: "log", role: "log", "aria-label": t("answer") }, turns.map(turnOf));
  fill(view, element("h1", { class: "unseen" }, t("ask")), log, form(log));
  if (turns.length === 0) service.ready().then((state) => welcome(log, state), (error) => welcome(log, null, error));
}

function welcome(log, state, error) {
  if (turns.length) return;
  const text = error ? t("unreachable", { error: error.message }) : state.documents === undefined ? t("key_needed") : t("holds", state);
  fill(log, element("p", { class: error ? "bad" : "soft" }, text));
  if (state && state.documents === 0) log.append(element("p", {}, element("a", { href: "#/pages" }, t("no_pages"))));
}

function form(log) {
  const question = element("textarea", {
    id: "question", rows: 1, maxlength: 2000, required: true, placeholder: t("question_hint"), "aria-label": t("question"),
  });
  const stop = element("button", { type: "button", class: "quiet", hidden: running === null, click: () => running?.abort() }, t("stop"));
  const made = element(
    "form",
    { class: "ask" },
    element("div", { class: "line" }, question, element("button", { type: "submit" }, t("send"))),
    element(
      "div",
      { class: "buttons" },
      stop,
      element("button", { type: "button", class: "quiet", click: () => forget(log) }, t("fresh")),
      filters(),
    ),
  );
  question.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      made.requestSubmit();
    }
  });
  made.addEventListener("invalid", (event) => event.target.closest("details")?.setAttribute("open", ""), { capture: true });
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = question.value.trim();
    if (!text || running) return;
    question.value = "";
    ask(text, log, stop);
  });
  return made;
}

function filters() {
  const take = (name) => (value) => { limits = { ...limits, [name]: value.trim() || undefined }; };
  const day = (name) => field(t(name), dayInput({ name, value: limits[name] ?? "" }, take(name)));
  const input = (name) =>
    field(t(name), element("input", { name, type: "text", value: limits[name] ?? "", change: (event) => take(name)(event.target.value) }));
  const chosen = Object.values(limits).some(Boolean);
  return element(
    "details",
    { open: chosen },
    element("summary", {}, t("filters")),
    element("div", { class: "fields" }, day("from"), day("to"), input("place"), input("paper"), input("document")),
  );
}

function forget(log) {
  running?.abort();
  turns.length = 0;
  fill(log);
  document.getElementById("question").focus();
}

function history() {
  return turns
    .filter((turn) => turn.answer)
    .flatMap(({ question, answer }) => [
      { role: "user", content: question },
      { role: "assistant", content: answer.answer ?? answer.abstention.message },
    ])
    .slice(-HISTORY);
}

async function ask(question, log, stop) {
  const turn = { question };
  const body = { question, history: history(), filters: limits };
  turns.push(turn);
  if (turns.length === 1) fill(log);
  const status = element("p", { class: "soft", role: "status" }, t("searching"));
  const live = element("div", { class: "live" });
  const shown = element("article", { class: "turn" }, asked(question), live, status);
  log.append(shown);
  shown.scrollIntoView({ block: "end" });
  running = new AbortController();
  stop.hidden = false;
  try {
    await follow(service.answers(body, running.signal), turn, live, status);
    fill(shown, ...turnOf(turn).childNodes);
    say(turn.answer.answer ?? turn.answer.abstention.message);
  } catch (error) {
    turn.error = error.name === "AbortError" ? t("stopped") : t("failed", { error: error.message });
    fill(status, turn.error);
    status.classList.toggle("bad", error.name !== "AbortError");
    say(turn.error);
  } finally {
    running = null;
    stop.hidden = true;
    shown.scrollIntoView({ block: "nearest" });
  }
}

/** Show claims as they arrive: each was verified before it was sent. */
async function follow(events, turn, live, status) {
  const citations = [];
  for await (const [name, value] of events) {
    if (name === "evidence") fill(status, t("found", { n: value.articles.length }));
    else if (name === "citation") citations.push(value);
    else if (name === "claim") {
      const whole = { ...value, start: 0, end: Array.from(value.text).length, answer_span: null };
      live.append(element("p", {}, claimedText(value.text, [whole], citations)));
    } else if (name === "done") turn.answer = value;
    else if (name === "error") throw new Error(value.detail ?? value.title);
  }
}

function asked(question) {
  return element("h2", { class: "question" }, element("span", { class: "unseen" }, `${t("you")}：`), words(question));
}

function turnOf(turn) {
  const { answer } = turn;
  const shown = element("article", { class: "turn" }, asked(turn.question));
  if (!answer) {
    shown.append(element("p", { class: "soft" }, turn.error ?? t("searching")));
    return shown;
  }
  shown.append(...notes(turn.question, answer), ...(answer.abstained ? declined(answer) : given(answer)), footer(answer));
  return shown;
}

function notes(question, answer) {
  const lines = [];
  if (answer.standalone_question !== question) lines.push([t("understood"), answer.standalone_question]);
  for (const wish of answer.soft_filters ?? [])
    lines.push([t("soft", { kind: t(`kind_${wish.kind}`), value: wish.value, words: wish.words }), ""]);
  if (answer.undated_left_out) lines.push([t("undated", { n: answer.undated_left_out }), ""]);
  const shown = lines.map(([label, text]) => element("p", { class: "soft" }, label, text ? words(text) : null));
  if (answer.degraded)
    shown.push(element("p", { class: "bad" }, t("degraded", { legs: answer.degraded.map((leg) => t(`leg_${leg}`)).join("、") })));
  return shown;
}

function given(answer) {
  return [
    element("p", { class: "answer" }, claimedText(answer.answer, answer.claims, answer.citations, { marked: true })),
    ...conflictList(answer.conflicts),
    answer.dropped.length ? element("p", { class: "soft" }, t("dropped", { n: answer.dropped.length })) : null,
    citationList(answer.citations, t("sources")),
  ].filter(Boolean);
}

function declined(answer) {
  return [
    element("p", { class: "declined" }, element("strong", {}, `${t("declined")}：`), words(answer.abstention.message)),
    citationList(answer.abstention.nearest, t("nearest")),
  ].filter(Boolean);
}

function footer(answer) {
  const total = Object.values(answer.timings_ms).reduce((sum, part) => sum + part, 0);
  return element(
    "footer",
    { class: "soft" },
    `${t("model")} ${answer.model} · ${t("took", { n: total })} · ${t("export")} `,
    fileLink(service.exported(answer.id, "md"), "", "Markdown"),
    " ",
    fileLink(service.exported(answer.id, "docx"), "", "DOCX"),
    judgement(answer),
  );
}

function judgement(answer) {
  const comment = element("input", { type: "text", maxlength: 5000, placeholder: t("comment"), "aria-label": t("comment") });
  const told = element("span", { role: "status" });
  const mark = (right) => async () => {
    try {
      await service.mark(answer.id, { right, comment: comment.value });
      fill(told, ` ${t("marked")}`);
    } catch (error) {
      fill(told, ` ${t("failed", { error: error.message })}`);
    }
  };
  return element(
    "span",
    { class: "judgement" },
    element("button", { type: "button", class: "quiet", click: mark(true) }, t("right")),
    element("button", { type: "button", class: "quiet", click: mark(false) }, t("wrong")),
    comment,
    told,
  );
}
