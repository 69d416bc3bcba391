// Gives the DOM as HTML, shadow roots and same-origin frames unfolded into it, and where images
// lie on the page. Works on an inert copy: nothing of the page runs, loads or changes.
(maxElements, maxChars) => {
  const boxes = [];
  let seen = 0;
  // Closed shadow roots are known where `OpenPage.open_shadow_roots` handed them over.
  const rootOf = (element) => element.shadowRoot || globalThis.creditlineRoots?.get(element);
  const complete = () => seen <= maxElements;

  function note(url, element, kind) {
    if (!/^https?:/i.test(url || "") || url.length > 8192) return;
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    boxes.push({
      url,
      kind,
      x: box.x + scrollX,
      y: box.y + scrollY,
      width: box.width,
      height: box.height,
      visible:
        box.width > 0 &&
        box.height > 0 &&
        style.visibility !== "hidden" &&
        style.display !== "none" &&
        Number(style.opacity) > 0,
    });
  }

  function look(root) {
    for (const element of root.querySelectorAll("*")) {
      if (++seen > maxElements) return;
      const name = element.localName;
      if (name === "img") note(element.currentSrc || element.src, element, "img");
      else if (name === "input" && element.type === "image") note(element.src, element, "img");
      else if (name === "image" && element.href) note(new URL(element.href.baseVal, document.baseURI).href, element, "img");
      else if (name === "video" && element.poster) note(element.poster, element, "poster");
      const background = getComputedStyle(element).backgroundImage;
      if (background && background !== "none") {
        for (const match of background.matchAll(/url\("((?:[^"\\]|\\.)*)"\)/g)) {
          note(match[1].replace(/\\(.)/g, "$1"), element, "background");
        }
      }
      const root = rootOf(element);
      if (root) look(root);
    }
  }

  const inert = document.implementation.createHTMLDocument("");

  function wrap(name, nodes) {
    const box = inert.createElement("div");
    // No word in it may be one that speaks of credits.
    box.setAttribute("data-unfolded", name);
    box.append(...nodes);
    return box;
  }

  function frameBody(frame) {
    try {
      return frame.contentDocument && frame.contentDocument.body;
    } catch {
      return null;
    }
  }

  // A background that a style sheet gives stands nowhere in the DOM: the copy says it the way lazy
  // backgrounds are marked, so that whoever reads the copy sees what a visitor sees.
  function keepBackground(element, twin) {
    if (twin.hasAttribute("data-bg")) return;
    const background = getComputedStyle(element).backgroundImage;
    const match = background && background.match(/url\("((?:[^"\\]|\\.)*)"\)/);
    const url = match && match[1].replace(/\\(.)/g, "$1");
    if (!url || !/^https?:/i.test(url) || url.length > 8192) return;
    const box = element.getBoundingClientRect();
    if (box.width >= 48 && box.height >= 48) twin.setAttribute("data-bg", url);
  }

  // A picture that a script put together has an address that means nothing elsewhere: its pixels are kept.
  let kept = 0;
  function keepPixels(element, twin) {
    const [width, height] = [element.naturalWidth, element.naturalHeight];
    if (!/^blob:/i.test(element.currentSrc || "") || Math.min(width, height) < 48 || ++kept > 12) return;
    const scale = Math.min(1, 1200 / Math.max(width, height));
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
    try {
      canvas.getContext("2d").drawImage(element, 0, 0, canvas.width, canvas.height);
      twin.setAttribute("src", canvas.toDataURL("image/jpeg", 0.92));
    } catch {
      // A drawing of other sites' pictures may not be read.
    }
  }

  // The copy has the shape of the original, so both are walked in step.
  function copyOf(original, depth) {
    const copy = inert.importNode(original, true);
    const from = document.createTreeWalker(original, NodeFilter.SHOW_ELEMENT);
    const to = inert.createTreeWalker(copy, NodeFilter.SHOW_ELEMENT);
    const unfold = [];
    let element = from.currentNode;
    let twin = to.currentNode;
    while (element && twin) {
      const root = rootOf(element);
      if (root) unfold.push([twin, root, "shadow"]);
      else if (element.localName === "iframe" || element.localName === "frame") unfold.push([twin, element, "frame"]);
      if (element.nodeType === 1) keepBackground(element, twin);
      if (element.localName === "img") keepPixels(element, twin);
      element = from.nextNode();
      twin = to.nextNode();
    }
    for (const [place, source, name] of depth < 5 ? unfold : []) {
      if (name === "shadow") {
        place.append(wrap(name, [...[...source.childNodes].map((node) => copyOf(node, depth + 1))]));
      } else {
        const body = frameBody(source);
        if (body) place.after(wrap(name, [...body.childNodes].map((node) => copyOf(node, depth + 1))));
      }
    }
    return copy;
  }

  scrollTo(0, 0);
  look(document);
  const type = document.doctype ? `<!DOCTYPE ${document.doctype.name}>` : "";
  const html = type + copyOf(document.documentElement, 0).outerHTML;
  return {
    html: html.length > maxChars ? "" : html,
    chars: html.length,
    complete: complete(),
    boxes: boxes.slice(0, 5000),
    url: location.href,
  };
};
