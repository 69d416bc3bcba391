// What readers see of a page, or its makers wrote for them, and its document does not say as text.
(maxElements, maxChars) => {
  const parts = [];
  let seen = 0;

  // The value that the browser computed: strings, and attributes that it may or may not have put in.
  function generated(element, side) {
    const content = getComputedStyle(element, side).content;
    if (!content || content === "none" || content === "normal") return;
    for (const match of content.matchAll(/"((?:[^"\\]|\\.)*)"|attr\(\s*([\w-]+)/g)) {
      parts.push(match[2] ? element.getAttribute(match[2]) || "" : match[1].replace(/\\(.)/g, "$1"));
    }
  }

  function look(root) {
    for (const element of root.querySelectorAll("*")) {
      if (++seen > maxElements) return;
      const name = element.localName;
      if (name === "noscript") parts.push(element.textContent, ...(element.textContent.match(/https?:[^\s"'<>]+/g) || []));
      else if (name === "textarea") parts.push(element.value);
      else if (name === "input" && element.type !== "hidden") parts.push(element.value);
      generated(element, "::before");
      generated(element, "::after");
      const inner = element.shadowRoot || globalThis.creditlineRoots?.get(element);
      if (inner) look(inner);
    }
  }

  look(document);
  const text = parts.filter((part) => part.trim()).join("\n");
  return [text.slice(0, maxChars), (document.body ? document.body.innerText : "").slice(0, maxChars)];
};
