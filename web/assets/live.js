// SPDX-License-Identifier: MIT
// Keeps a page up to date: when the stream tells of a change, the page is fetched
// again. Without a stream it is fetched now and then.
import { replaceParts } from "./parts.js";

const silence = 40_000; // the stream pings every 15 s
const pollEvery = 30_000; // while there is no stream
const agesEvery = 60_000; // "3 min ago" must not become wrong
const runningEvery = 10_000; // while the page shows work: elements with data-running
const everything = "";

const changed = new Set();
let stream, timer, busy, opened, updatedAt = Date.now();

function open() {
  stream?.close();
  stream = new EventSource(new URL("events", import.meta.url));
  stream.onopen = () => {
    if (opened) update(everything); // something may have been missed
    opened = true;
  };
  stream.addEventListener("ping", () => {
    waitFor(silence);
    const every = document.querySelector("[data-running]") ? runningEvery : agesEvery;
    if (Date.now() - updatedAt > every) update(everything);
  });
  stream.addEventListener("change", (event) => {
    waitFor(silence);
    update(JSON.parse(event.data).profile);
  });
}

function waitFor(time) {
  clearTimeout(timer);
  timer = setTimeout(poll, time);
}

function poll() {
  waitFor(pollEvery);
  update(everything);
  if (stream.readyState === EventSource.CLOSED) open(); // otherwise the browser tries by itself
}

// update fetches the page until nothing has changed in the meantime.
async function update(profile) {
  changed.add(profile);
  if (busy) return;
  busy = true;
  try {
    while (changed.size) {
      const wanted = new Set(changed);
      changed.clear();
      const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
      if (answer.redirected) return location.reload(); // signed out
      if (answer.ok) replaceParts(await answer.text(), wanted);
      updatedAt = Date.now();
    }
  } catch {
    // not reachable: a later ping, change or poll tries again
  } finally {
    busy = false;
  }
}

function show() {
  clearTimeout(timer);
  stream?.close(); // a browser keeps six connections for all its tabs
  if (document.hidden) return;
  open();
  waitFor(silence);
}

document.addEventListener("visibilitychange", show);
show();
