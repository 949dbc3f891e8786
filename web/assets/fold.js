// Remembers which groups are open. A group is a details element with a name in
// data-fold; the names of the open ones are kept in the browser alone.

const storage = "vitals2mqtt.open";

function remembered() {
  try {
    return new Set(JSON.parse(localStorage.getItem(storage) ?? "[]"));
  } catch {
    return new Set(); // without storage, groups start folded
  }
}

function remember(name, open) {
  const names = remembered();
  if (open) names.add(name);
  else names.delete(name);
  try {
    localStorage.setItem(storage, JSON.stringify([...names]));
  } catch {
    // The browser keeps nothing: not worth a word.
  }
}

/** Opens the groups below root that were open, and remembers changes. */
export function unfold(root) {
  const names = remembered();
  for (const group of root.querySelectorAll("details[data-fold]")) {
    group.open = names.has(group.dataset.fold);
    group.addEventListener("toggle", () => remember(group.dataset.fold, group.open));
  }
}

unfold(document);
