// The text of a frame and where its links go.
(maxChars) => {
  if (!document.body) return "";
  const links = [...document.links].slice(0, 500).map((link) => link.href);
  return `${document.body.innerText}\n${links.join("\n")}`.slice(0, maxChars);
};
