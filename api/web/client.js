// Talks to the service. Knows its routes and how its errors look; nothing of what is shown.

import { element, fill } from "./dom.js";
import { askKey, hasKey, keyHeaders } from "./key.js";
import { t } from "./words.js";

/** A request the service refused, or a service that could not be reached. */
export class ServiceError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

async function problemOf(response) {
  const text = await response.text();
  try {
    const problem = JSON.parse(text);
    return new ServiceError(problem.detail ?? problem.title ?? response.statusText, response.status);
  } catch {
    return new ServiceError(`${response.status} ${response.statusText}`, response.status);
  }
}

// The collection the page was opened for (`/?collection=west`); a key has its own, and needs none.
const collection = new URLSearchParams(location.search).get("collection")?.replace(/[^!-~]/g, "");
const chosen = collection ? { "Gazette-Collection": collection } : {};

const PATIENCE = 30; // times: a service that has just been started says when to ask again, and is ready within a minute

async function answered(path, options) {
  for (let waits = 0; ; waits += 1) {
    let response;
    try {
      response = await fetch(path, { ...options, headers: { ...options?.headers, ...chosen, ...keyHeaders() } });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new ServiceError(String(error.message), 0);
    }
    if (response.ok) return response;
    if (response.status === 401 && (await askKey())) continue;
    const seconds = Number(response.headers.get("Retry-After"));
    if (response.status !== 503 || !seconds || waits === PATIENCE) throw await problemOf(response);
    await pause(seconds * 1000, options?.signal);
  }
}

function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

function posted(body, signal) {
  return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal };
}

function query(values) {
  const kept = Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return new URLSearchParams(kept).toString();
}

const id = encodeURIComponent;

/** What the service holds; without a key it only says that it is ready. */
async function ready() {
  const state = await (await answered("readyz")).json();
  return state.documents === undefined && (await askKey()) ? ready() : state;
}

/** A link to something of the service that is kept as a file. A link carries neither key nor collection, so where there
 * is one the file is fetched here; what goes wrong is said beside it. */
export function fileLink(path, name, text) {
  const link = element("a", { href: path, download: name }, text);
  const told = element("span", { role: "alert", class: "bad" });
  link.addEventListener("click", async (event) => {
    if (!hasKey() && !(collection && link.hasAttribute("download"))) return;
    event.preventDefault();
    told.remove();
    try {
      await save(path, name);
    } catch (error) {
      link.after(fill(told, ` ${t("failed", { error: error.message })} `));
    }
  });
  return link;
}

async function save(path, name) {
  const response = await answered(path);
  const given = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "");
  const address = URL.createObjectURL(await response.blob());
  element("a", { href: address, download: given ? given[1] : name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

export const service = {
  ready,
  collections: async () => (await answered("v1/collections")).json(),
  documents: async (after) => (await answered(`v1/documents?${query({ limit: 100, after })}`)).json(),
  document: async (name) => (await answered(`v1/documents/${id(name)}`)).json(),
  forget: async (name) => answered(`v1/documents/${id(name)}`, { method: "DELETE" }),
  article: async (name) => (await answered(`v1/articles/${id(name)}`)).json(),
  articles: async (values) => (await answered(`v1/articles?${query(values)}`)).json(),
  verify: async (text, signal) => (await answered("v1/verifications", posted({ text }, signal))).json(),
  summarise: async (body, signal) => (await answered("v1/summaries", posted(body, signal))).json(),
  digest: async (body) => (await answered("v1/digests", posted(body))).json(),
  timeline: async (body) => (await answered("v1/timelines", posted(body))).json(),
  batches: async () => (await answered("v1/batches?limit=50")).json(),
  keep: async (form) => (await answered("v1/files", { method: "POST", body: form })).json(),
  start: async (body) => (await answered("v1/batches", posted(body))).json(),
  cancel: async (name) => (await answered(`v1/batches/${id(name)}/cancel`, { method: "POST" })).json(),
  content: (name) => `v1/files/${id(name)}/content`,
  evaluations: async (after) => (await answered(`v1/evaluations?${query({ limit: 50, after })}`)).json(),
  mark: async (name, body) =>
    (await answered(`v1/answers/${id(name)}/mark`, { ...posted(body), method: "PUT" })).json(),
  exported: (name, format) => `v1/answers/${id(name)}/export?format=${format}`,
  answers: (body, signal) => streamed(body, signal),
  upload,
};

/** The events of an answer as they come: [name, value] pairs. */
async function* streamed(body, signal) {
  const response = await answered("v1/answers", posted({ ...body, stream: true }, signal));
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let ended = false;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    rest += value;
    const frames = rest.split("\n\n");
    rest = frames.pop();
    for (const frame of frames) {
      const event = parsed(frame);
      if (event === null) continue;
      ended = event[0] === "done" || event[0] === "error";
      yield event;
    }
  }
  if (!ended) throw new ServiceError("the stream was cut before its end", 0);
}

function parsed(frame) {
  let name = "message";
  const lines = [];
  for (const line of frame.split("\n")) {
    if (line.startsWith("event:")) name = line.slice(6).trim();
    else if (line.startsWith("data:")) lines.push(line.slice(5).replace(/^ /, ""));
  }
  return lines.length ? [name, JSON.parse(lines.join("\n"))] : null;
}

/** Send files; `progress` is told the share that has left. fetch cannot tell it, XMLHttpRequest can. */
function upload(form, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "v1/documents");
    for (const [name, value] of Object.entries({ ...chosen, ...keyHeaders() })) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) progress(event.loaded / event.total);
    });
    request.addEventListener("error", () => reject(new ServiceError("the upload did not get through", 0)));
    request.addEventListener("load", () => {
      let reply;
      try {
        reply = JSON.parse(request.responseText);
      } catch {
        reply = { detail: `${request.status} ${request.statusText}` };
      }
      const refused = new ServiceError(reply.detail ?? reply.title, request.status);
      if (request.status < 300) resolve(reply);
      else if (request.status !== 401) reject(refused);
      else askKey().then((given) => (given ? resolve(upload(form, progress)) : reject(refused)));
    });
    request.send(form);
  });
}
