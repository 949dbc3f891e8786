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
    if (!now || skip || focused?.matches("input, select, textarea")) continue;
    const focus = old.contains(focused) && selectorOf(focused);
    restoreFolds(now);
    old.replaceWith(now);
    if (focus) document.querySelector(focus)?.focus({ preventScroll: true });
  }
}

function selectorOf(element) {
  if (element.matches("summary")) return `[data-fold="${element.parentElement.dataset.fold}"] > summary`;
  return element.id ? `[id="${element.id}"]` : element.href && `[href="${element.getAttribute("href")}"]`;
}
