// Finds the first place of each target, an image's address, "near:" and an image's address (the part of
// the page that the image belongs to) or a text of the page; waits for images to be there, draws a
// labelled frame around each and resolves with their rectangles.
async (targets, waitMs) => {
  const colours = ["#d0021b", "#0050b3", "#237804", "#722ed1"];

  const bare = (url) => url.replace(/^https?:/, "").replace(/[?#].*$/, "");

  function addresses(element) {
    const found = [];
    if (element.localName === "img") found.push(element.currentSrc, element.src);
    if (element.localName === "video") found.push(element.poster);
    for (const attribute of ["srcset", "data-src", "data-srcset"]) {
      for (const part of (element.getAttribute(attribute) || "").split(/,\s+/)) found.push(part.trim().split(/\s/)[0]);
    }
    const background = getComputedStyle(element).backgroundImage || "";
    for (const match of background.matchAll(/url\("((?:[^"\\]|\\.)*)"\)/g)) found.push(match[1]);
    return found.filter(Boolean).map((url) => {
      try {
        return new URL(url, document.baseURI).href;
      } catch {
        return "";
      }
    });
  }

  function* elements(root) {
    for (const element of root.querySelectorAll("*")) {
      yield element;
      if (element.shadowRoot) yield* elements(element.shadowRoot);
    }
  }

  function findImage(url) {
    let loose = null;
    for (const element of elements(document)) {
      const own = addresses(element);
      if (own.includes(url)) return element;
      if (!loose && own.some((address) => bare(address) === bare(url))) loose = element;
    }
    return loose;
  }

  function findText(quote) {
    const wanted = quote.replace(/\s+/g, " ").trim().toLowerCase();
    if (!wanted) return null;
    const walker = document.createTreeWalker(document.body || document, NodeFilter.SHOW_TEXT);
    let text = "";
    const places = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (/^(script|style|noscript|template)$/i.test(node.parentElement?.localName || "")) continue;
      for (let offset = 0; offset < node.data.length; offset++) {
        const blank = /\s/.test(node.data[offset]);
        if (blank && text.endsWith(" ")) continue;
        text += blank ? " " : node.data[offset].toLowerCase().slice(0, 1);
        places.push([node, offset]);
      }
    }
    const start = text.indexOf(wanted);
    if (start < 0) return null;
    const range = document.createRange();
    const [last, lastOffset] = places[start + wanted.length - 1];
    range.setStart(...places[start]);
    range.setEnd(last, lastOffset + 1);
    return range;
  }

  // The figure, or the nearest ancestor that holds more than the image.
  function surroundings(image) {
    const figure = image.closest("figure");
    if (figure) return figure;
    const own = image.getBoundingClientRect();
    let place = image;
    while (place.parentElement && place.parentElement !== document.body) {
      place = place.parentElement;
      const box = place.getBoundingClientRect();
      if (box.height > own.height + 30 || box.width > own.width + 100) break;
    }
    return place === image ? null : place;
  }

  function find(target) {
    if (target.startsWith("near:")) {
      const image = findImage(target.slice(5));
      return image && surroundings(image);
    }
    return (isAddress(target) && findImage(target)) || findText(target);
  }

  const isAddress = (target) => /^https?:\/\//i.test(target);

  async function shown(element) {
    if (!(element instanceof HTMLImageElement)) return;
    element.loading = "eager";
    const ends = Date.now() + waitMs;
    while (!element.complete && Date.now() < ends) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  function draw(box, label, colour) {
    const frame = document.createElement("div");
    const tag = document.createElement("div");
    const set = (element, style) => {
      element.style.setProperty("all", "initial", "important");
      for (const [name, value] of Object.entries(style)) element.style.setProperty(name, value, "important");
    };
    set(frame, {
      position: "absolute", left: `${box.x - 4}px`, top: `${box.y - 4}px`, width: `${box.width + 2}px`,
      height: `${box.height + 2}px`, border: `3px solid ${colour}`, "z-index": "2147483647",
      "pointer-events": "none", "box-sizing": "content-box",
    });
    set(tag, {
      position: "absolute", left: `${Math.max(0, box.x - 4)}px`, top: `${Math.max(0, box.y - 24)}px`,
      background: colour, color: "#ffffff", font: "bold 14px/20px sans-serif", padding: "0 6px",
      "z-index": "2147483647", "white-space": "nowrap", "pointer-events": "none",
    });
    tag.textContent = label;
    frame.setAttribute("data-creditline", "drawn");
    tag.setAttribute("data-creditline", "drawn");
    document.documentElement.append(frame, tag);
  }

  const found = [];
  for (const [target, label] of targets) {
    const place = find(target);
    if (!place) {
      found.push(null);
      continue;
    }
    const element = place instanceof Range ? place.startContainer.parentElement : place;
    element?.scrollIntoView({ block: "center", behavior: "instant" });
    if (place instanceof Element) await shown(place);
    found.push({ place, label });
  }
  // Places first, frames after: a frame must not move what is measured next.
  const boxes = found.map((entry) => {
    if (!entry) return null;
    const box = entry.place.getBoundingClientRect();
    return { x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: box.height };
  });
  boxes.forEach((box, position) => box && draw(box, found[position].label, colours[position % colours.length]));
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  return { boxes, width: document.documentElement.scrollWidth, height: document.documentElement.scrollHeight };
};
