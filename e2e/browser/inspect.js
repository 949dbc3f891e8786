// SPDX-License-Identifier: MIT
// What the tests ask a page that is open. It is evaluated in the page, where the
// content security policy does not reach it, and defines one object.
window.inspect = (() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const name = (element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 120);
  const visible = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });

  // Words that a person can read or hear, one entry for each node or label.
  function texts() {
    const found = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!node.parentElement.closest("script, style, code, pre, [lang]:not(html)")) found.push(node.data.trim());
    }
    for (const element of all("[aria-label], [title], [placeholder], [alt]")) {
      for (const attribute of ["aria-label", "title", "placeholder", "alt"]) {
        if (element.hasAttribute(attribute)) found.push(element.getAttribute(attribute));
      }
    }
    return found.filter((text) => text !== "");
  }

  // Elements that reach beyond the right edge of the window, unless something
  // around them scrolls: none when nothing scrolls sideways.
  function sideways() {
    const root = document.scrollingElement;
    if (root.scrollWidth <= window.innerWidth && document.body.scrollWidth <= window.innerWidth) return [];
    const wide = all("body *").filter((element) => element.getBoundingClientRect().right > window.innerWidth + 0.5);
    return [`${root.scrollWidth} px in a window of ${window.innerWidth}`, ...wide.slice(0, 5).map(name)];
  }

  // Targets that are smaller than so many pixels. Links within a sentence are as
  // high as its lines (WCAG 2.2, 2.5.8), and links in a picture have a twin in its
  // table.
  function smallTargets(size) {
    const targets = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
    return all(targets).filter((element) => {
      const box = element.getBoundingClientRect();
      if (!visible(element) || box.width === 0 || element.closest("svg, .skip")) return false;
      const inline = getComputedStyle(element).display === "inline" &&
        [...element.parentElement.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && /\w/.test(node.data));
      return !inline && (box.width < size || box.height < size);
    }).map((element) => {
      const box = element.getBoundingClientRect();
      return `${Math.round(box.width)} × ${Math.round(box.height)}: ${name(element)}`;
    });
  }

  // Text in the colour of its background, and pictures of which nothing shows:
  // what can happen where the system chooses the colours.
  function invisible() {
    const canvas = getComputedStyle(document.body).backgroundColor;
    const gone = all("svg").filter((picture) => visible(picture) && picture.getBoundingClientRect().width > 0 &&
      ![...picture.querySelectorAll("path, line, polyline, rect, circle")].some((shape) => {
        const style = getComputedStyle(shape);
        return (style.stroke !== "none" && style.stroke !== canvas) || (style.fill !== "none" && style.fill !== canvas);
      }));
    return gone.map(name);
  }

  // What moves, or would move.
  function moving() {
    const animated = document.getAnimations().map((animation) => animation.animationName ?? "animation");
    const smooth = all("*").filter((element) => {
      const style = getComputedStyle(element);
      return style.scrollBehavior === "smooth" ||
        style.transitionDuration.split(",").some((duration) => parseFloat(duration) > 0.01);
    });
    return [...animated, ...smooth.map(name)];
  }

  // What has the focus, and whether that can be seen.
  function focus() {
    const element = document.activeElement;
    if (!element || element === document.body) return { name: "", seen: true };
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
    element.dataset.focused ??= String(Object.keys(inspect.order).length);
    inspect.order[element.dataset.focused] = true;
    return {
      name: element.dataset.focused + " " + name(element).replace(/ data-focused="\d+"/, ""),
      seen: outlined && box.right > 0 && box.bottom > 0,
      skip: element.matches("a.skip[href='#content']"),
    };
  }

  // Violations of the rules of accessibility, which axe-core knows.
  async function rules() {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const result = await axe.run(document, { runOnly: tags, resultTypes: ["violations"] });
    return result.violations.flatMap((rule) => rule.nodes.map((node) =>
      `${rule.id}: ${rule.help}: ${node.target.join(" ")}: ${node.failureSummary.replace(/\s+/g, " ").slice(0, 300)}`));
  }

  return { texts, sideways, smallTargets, invisible, moving, focus, rules, order: {} };
})();
