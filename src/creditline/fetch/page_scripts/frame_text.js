// The text of a frame and where its links go.
(maxChars) => {
  const links = [...document.links].slice(0, 500).map((link) => link.href);
  // A drawing (SVG) has no body.
  const text = document.body ? document.body.innerText : document.documentElement?.textContent || "";
  return `${text}\n${links.join("\n")}`.slice(0, maxChars);
};
