// SPDX-License-Identifier: MIT
// The parts of a page that change: elements with data-profile (a slug) or
// data-live (any name).
import { restoreFolds } from "./fold.js";

// replaceParts replaces the parts of the given profiles by those of a page; ""
// stands for all. The rest stays, as do folded groups and the focus.
export function replaceParts(page, wanted) {
  const fresh = new DOMParser().parseFromString(page, "text/html");
  for (const old of document.querySelectorAll("[data-profile], [data-live]")) {
    const { profile, live } = old.dataset;
    const now = fresh.querySelector(profile ? `[data-profile="${profile}"]` : `[data-live="${live}"]`);
    const focused = document.activeElement;
    const skip = profile && !wanted.has(profile) && !wanted.has("");
    if (!now || skip) continue;
    restoreFolds(now);
    if (old.isEqualNode(now)) continue; // nothing to read aloud again
    const inside = old.contains(focused);
    if (inside && focused.matches("input, select, textarea")) continue;
    const focus = inside && selectorOf(focused);
    // A card and a row may link to the same page: which of them it is counts.
    const index = focus ? [...old.querySelectorAll(focus)].indexOf(focused) : -1;
    old.replaceWith(now);
    if (index < 0) continue;
    const same = now.querySelectorAll(focus);
    (same[index] ?? same[0])?.focus({ preventScroll: true });
  }
}

function selectorOf(element) {
  if (element.matches("summary")) return `[data-fold="${element.parentElement.dataset.fold}"] > summary`;
  return element.id ? `[id="${element.id}"]` : element.href && `[href="${element.getAttribute("href")}"]`;
}
