// Goes back to the top, and resolves when the page has been drawn there.
async () => {
  for (const each of [document.scrollingElement || document.documentElement, globalThis.creditlineArea]) {
    each?.scrollTo({ top: 0, behavior: "instant" });
  }
  const frame = new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  await Promise.race([frame, new Promise((resolve) => setTimeout(resolve, 500))]);
};
