// How high a window would have to be to show the whole page, or the one big element that scrolls inside
// it, at once. Images and frames that wait for being seen need not wait.
() => {
  for (const each of document.querySelectorAll("img[loading=lazy], iframe[loading=lazy]")) each.loading = "eager";
  const root = document.scrollingElement || document.documentElement;
  if (root.scrollHeight >= innerHeight * 1.2) return root.scrollHeight;
  for (const element of document.querySelectorAll("main, div, section, article")) {
    if (element.clientHeight < innerHeight / 2 || element.scrollHeight < element.clientHeight * 1.2) continue;
    if (!/auto|scroll/.test(getComputedStyle(element).overflowY)) continue;
    // Where it stays as small as it is, scroll.js scrolls it.
    globalThis.creditlineArea = element;
    return innerHeight - element.clientHeight + element.scrollHeight;
  }
  return root.scrollHeight;
};
