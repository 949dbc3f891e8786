// SPDX-License-Identifier: MIT
// Moves the chart of a value. The picture is the server's: while somebody drags,
// pinches or turns the wheel it is moved and stretched at once, and a moment
// later replaced by the one that the server draws of the new range. Without
// this module the links to the ranges do the same.
//
// A range is {from, to} in milliseconds since 1970, like everything here.

const minute = 60e3, year = 365.25 * 24 * 60 * minute;
const slack = 8; // CSS pixels that a finger moves while it only points

/** The shortest and longest range, and how much of it may be in the future. */
export const limits = { shortest: 10 * minute, longest: 60 * year, earliest: -20 * year, ahead: 0.5 };

/** The range moved by a part of its length; positive parts lead to the future. */
export function pan({ from, to }, part) {
  const by = part * (to - from);
  return { from: from + by, to: to + by };
}

/** The range enlarged by a factor around a place between 0 (from) and 1 (to). */
export function zoom({ from, to }, factor, place) {
  const fixed = from + place * (to - from);
  return { from: fixed - (fixed - from) * factor, to: fixed + (to - fixed) * factor };
}

/** The nearest range within the limits. */
export function clamp(range, now) {
  const length = Math.min(Math.max(range.to - range.from, limits.shortest), limits.longest);
  const latest = now - length * (1 - limits.ahead);
  const from = Math.min(Math.max((range.from + range.to - length) / 2, limits.earliest), latest);
  return { from: Math.round(from), to: Math.round(from + length) };
}

/** Where a picture of the drawn range belongs in the shown one, in thousandths. */
export function placement(drawn, shown) {
  const length = shown.to - shown.from;
  return { shift: (drawn.from - shown.from) / length * 1000, scale: (drawn.to - drawn.from) / length };
}

/** The index of the point nearest to a time, -1 for none. Points are in order. */
export function nearest(points, time) {
  let low = 0, high = points.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (points[middle].at < time) low = middle; else high = middle;
  }
  if (high < 0) return -1;
  return Math.abs(points[low].at - time) <= Math.abs(points[high].at - time) ? low : high;
}

/** The first and last index of the points in a range; first > last for none. */
export function within(points, { from, to }) {
  let first = 0, last = points.length - 1;
  while (first <= last && points[first].at < from) first++;
  while (last >= first && points[last].at > to) last--;
  return [first, last];
}

/** A chart on the page. */
class Chart {
  constructor(canvas) {
    this.canvas = canvas;
    this.readout = document.getElementById("readout");
    this.announcement = document.getElementById("announcement");
    this.points = [];
    this.chosen = -1; // the point that is read
    this.pointers = new Map(); // positions of fingers that are down
    this.drawn = this.shown = this.first = this.rangeOf(this.picture());
    this.firstAddress = location.href;
    this.link = document.querySelector(".ranges a[aria-current]");
    canvas.tabIndex = 0;
    document.getElementById("chart-keys").hidden = false;
    canvas.addEventListener("pointerdown", event => this.press(event));
    canvas.addEventListener("pointermove", event => this.move(event));
    canvas.addEventListener("lostpointercapture", event => this.release(event)); // the end of every press
    // A finger that is lifted leaves too, and what it has pointed at stays to be read.
    canvas.addEventListener("pointerleave", event => event.pointerType === "mouse" && !this.pointers.size && this.read(-1));
    canvas.addEventListener("wheel", event => this.turn(event), { passive: false });
    canvas.addEventListener("keydown", event => this.key(event));
    document.addEventListener("scroll", () => { this.scrolledAt = performance.now(); }, { passive: true });
    this.load(false); // the points of the picture that is there
  }

  picture() { return this.canvas.querySelector("svg"); }
  rangeOf(svg) { return { from: Number(svg.dataset.from), to: Number(svg.dataset.to) }; }

  /** The place of an event between 0 (left) and 1 (right). */
  place({ clientX }) {
    const box = this.canvas.getBoundingClientRect();
    return Math.min(Math.max((clientX - box.left) / box.width, 0), 1);
  }

  // Pointers: one moves the picture, two stretch it, one that is not down reads.

  press(event) {
    if (event.button !== 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.pressedAt = this.pointers.size ? NaN : event.clientX; // NaN: the picture moves with it
    this.pointers.set(event.pointerId, this.place(event));
    this.canvas.classList.add("dragged");
    if (event.pointerType !== "mouse") this.readAt(this.place(event));
  }

  move(event) {
    const now = this.place(event);
    const before = this.pointers.get(event.pointerId);
    if (before === undefined) return this.readAt(now);
    const others = [...this.pointers.keys()].filter(id => id !== event.pointerId);
    this.pointers.set(event.pointerId, now);
    if (before === now) return;
    if (Math.abs(event.clientX - this.pressedAt) < slack) return this.readAt(now);
    this.pressedAt = NaN;
    if (others.length === 0) return this.show(pan(this.shown, before - now));
    const still = this.pointers.get(others[0]);
    const apart = Math.max(Math.abs(now - still), 0.02);
    this.show(zoom(this.shown, Math.max(Math.abs(before - still), 0.02) / apart, still));
  }

  release(event) {
    this.pointers.delete(event.pointerId);
    if (!this.pointers.size) this.canvas.classList.remove("dragged");
  }

  turn(event) {
    // A page that is being scrolled goes on when the chart comes below the pointer.
    if (!event.ctrlKey && performance.now() - (this.scrolledAt ?? -1e3) < 300) return;
    event.preventDefault();
    const pixels = event.deltaMode === 0 ? 1 : 20;
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      this.show(pan(this.shown, event.deltaX * pixels / this.canvas.clientWidth));
    } else {
      this.show(zoom(this.shown, Math.exp(event.deltaY * pixels * (event.ctrlKey ? 0.01 : 0.002)), this.place(event)));
    }
  }

  // Keys.

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [first, last] = within(this.points, this.shown);
    const step = by => {
      const known = this.chosen >= first && this.chosen <= last;
      this.read(known ? Math.min(Math.max(this.chosen + by, first), last) : (by < 0 ? last : first), true);
    };
    const actions = {
      "ArrowLeft": () => event.shiftKey ? step(-1) : this.show(pan(this.shown, -0.1), true),
      "ArrowRight": () => event.shiftKey ? step(1) : this.show(pan(this.shown, 0.1), true),
      "+": () => this.show(zoom(this.shown, 0.8, 0.5), true),
      "-": () => this.show(zoom(this.shown, 1.25, 0.5), true),
      "0": () => this.show(this.first, true),
      "Home": () => first <= last && this.read(first, true),
      "End": () => first <= last && this.read(last, true),
      "Escape": () => this.read(-1),
    };
    actions["="] = actions["+"];
    actions["−"] = actions["-"];
    if (!actions[event.key]) return;
    event.preventDefault();
    actions[event.key]();
  }

  // The cursor.

  readAt(place) {
    const time = this.shown.from + place * (this.shown.to - this.shown.from);
    const [first, last] = within(this.points, this.shown);
    this.read(first > last ? -1 : first + nearest(this.points.slice(first, last + 1), time));
  }

  /** Shows the text of a point, and a line at its time; -1 for none. */
  read(index, aloud = false) {
    this.chosen = index;
    this.canvas.querySelector(".cursor")?.remove();
    const point = this.points[index];
    this.readout.classList.remove("failed");
    this.readout.textContent = point ? point.text : "";
    if (aloud && point) this.announcement.textContent = point.text;
    if (!point) return;
    const svg = this.picture();
    const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
    const x = (point.at - this.shown.from) / (this.shown.to - this.shown.from) * 100 + "%";
    const top = Number(svg.dataset.top);
    for (const [name, value] of Object.entries({
      class: "cursor", x1: x, x2: x, y1: top, y2: top + Number(svg.dataset.height),
    })) line.setAttribute(name, value);
    svg.append(line);
  }

  // The range.

  /** Moves the picture to a range at once, and asks for its own soon. */
  show(range, aloud = false) {
    this.shown = range === this.first ? range : clamp(range, Date.now());
    this.read(-1);
    this.transform();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.load(true, aloud), 150);
  }

  transform() {
    const { shift, scale } = placement(this.drawn, this.shown);
    const svg = this.picture();
    svg.querySelector(".moves").setAttribute("transform", `matrix(${scale} 0 0 1 ${shift} 0)`);
    for (const label of svg.querySelectorAll(".times text")) {
      label.dataset.x ??= parseFloat(label.getAttribute("x"));
      const x = label.dataset.x * scale + shift / 10;
      label.setAttribute("x", x + "%");
      label.setAttribute("visibility", x < 0 || x > 100 ? "hidden" : "visible");
    }
  }

  /** Fetches the shown range. The last request wins; the last picture stays when it fails. */
  async load(replace, aloud) {
    this.request?.abort();
    const request = this.request = new AbortController();
    const wanted = this.shown;
    const iso = time => new Date(time).toISOString();
    const query = new URLSearchParams({ from: iso(wanted.from), to: iso(wanted.to) });
    try {
      const response = await fetch(`${this.canvas.dataset.source}?${query}`, { signal: request.signal });
      if (!response.ok) throw new Error(response.statusText);
      const answer = await response.json();
      if (request.signal.aborted) return;
      this.points = answer.points;
      if (replace) this.replace(answer, wanted, aloud);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.readout.classList.add("failed");
      this.readout.textContent = this.announcement.textContent = this.canvas.dataset.failed;
    }
  }

  replace(answer, wanted, aloud) {
    const isFirst = wanted === this.first;
    this.canvas.innerHTML = answer.svg;
    this.drawn = wanted;
    if (this.shown !== wanted) this.transform();
    document.getElementById("period").textContent = answer.period;
    document.getElementById("table").innerHTML = answer.table;
    if (aloud) this.announcement.textContent = answer.period;
    history.replaceState(null, "", isFirst ? this.firstAddress : "?" + answer.query);
    for (const link of document.querySelectorAll("a[data-range]")) link.search = answer.query;
    if (isFirst) this.link?.setAttribute("aria-current", "true"); else this.link?.removeAttribute("aria-current");
  }
}

if (typeof document !== "undefined") {
  const canvas = document.getElementById("chart");
  if (canvas) new Chart(canvas);
}
