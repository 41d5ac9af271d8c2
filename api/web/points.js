// Spans count code points; JavaScript counts UTF-16 units. This is the only place that knows both.

/** A text that can be cut by code points. */
export class PointText {
  constructor(text) {
    this.points = Array.from(text);
  }

  get length() {
    return this.points.length;
  }

  /** The characters of a half-open span. */
  slice(start, end) {
    return this.points.slice(start, end).join("");
  }
}

/** Cut a text into runs: [{start, end, marks}], marks being the keys of all spans that cover the run. */
export function runs(length, spans) {
  const edges = new Set([0, length]);
  for (const { start, end } of spans) {
    edges.add(Math.max(0, Math.min(length, start)));
    edges.add(Math.max(0, Math.min(length, end)));
  }
  const cuts = [...edges].sort((one, other) => one - other);
  const opened = new Map();
  const closed = new Map();
  for (const { start, end, key } of spans) {
    if (start >= end) continue;
    opened.set(start, [...(opened.get(start) ?? []), key]);
    closed.set(end, [...(closed.get(end) ?? []), key]);
  }
  const live = [];
  const found = [];
  for (let at = 0; at + 1 < cuts.length; at += 1) {
    for (const key of closed.get(cuts[at]) ?? []) live.splice(live.indexOf(key), 1);
    live.push(...(opened.get(cuts[at]) ?? []));
    found.push({ start: cuts[at], end: cuts[at + 1], marks: [...live] });
  }
  return found;
}

/** Where a quote stands in a text, white space apart; null where it does not. */
export function placeOf(quote, text) {
  const kept = [];
  text.points.forEach((point, at) => {
    if (!/\s/u.test(point)) kept.push(at);
  });
  const dense = kept.map((at) => text.points[at]);
  const wanted = Array.from(quote).filter((point) => !/\s/u.test(point));
  if (wanted.length === 0) return null;
  for (let at = 0; at + wanted.length <= dense.length; at += 1) {
    let same = 0;
    while (same < wanted.length && dense[at + same] === wanted[same]) same += 1;
    if (same === wanted.length) return [kept[at], kept[at + same - 1] + 1];
  }
  return null;
}
