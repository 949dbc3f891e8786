// SPDX-License-Identifier: MIT
// Remembers in this browser which groups are folded: details with data-fold.
const name = "vitals2mqtt.folds";

function read() {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? {};
  } catch {
    return {}; // blocked by the browser, or not ours
  }
}

const folds = read();

// restoreFolds folds the groups below an element as they were left.
export function restoreFolds(root) {
  for (const group of root.querySelectorAll("details[data-fold]")) {
    group.open = folds[group.dataset.fold] ?? group.open;
  }
}

// Not "toggle": that event also comes when the page is parsed.
document.addEventListener("click", (event) => {
  const group = event.target.closest("summary")?.parentElement;
  if (!group?.dataset.fold) return;
  folds[group.dataset.fold] = !group.open;
  try {
    localStorage.setItem(name, JSON.stringify(folds));
  } catch {
    // remembered until the page is left
  }
});

restoreFolds(document);
