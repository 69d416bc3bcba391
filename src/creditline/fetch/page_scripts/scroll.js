// Scrolls to the end in steps, so that lazy images show what they would load, within a budget.
// Resolves with whether the end was reached.
async (maxSteps, pauseMs, longestMs) => {
  const ends = Date.now() + longestMs;
  for (const image of document.querySelectorAll("img[loading=lazy]")) image.loading = "eager";
  const root = document.scrollingElement || document.documentElement;
  let area = root;
  if (root.scrollHeight < innerHeight * 1.2) {
    // The page itself does not scroll: perhaps one big element inside it does.
    for (const element of document.querySelectorAll("main, div, section, article")) {
      if (element.clientHeight < innerHeight / 2 || element.scrollHeight < element.clientHeight * 1.2) continue;
      if (!/auto|scroll/.test(getComputedStyle(element).overflowY)) continue;
      area = element;
      break;
    }
  }
  const step = Math.max(200, (area === root ? innerHeight : area.clientHeight) * 0.9);
  let ended = false;
  for (let count = 1; count <= maxSteps && !ended && Date.now() < ends; count++) {
    area.scrollTop = count * step;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    ended = count * step + step >= area.scrollHeight;
  }
  area.scrollTop = area.scrollHeight;
  await new Promise((resolve) => setTimeout(resolve, pauseMs));
  for (const image of document.querySelectorAll("img[loading=lazy]")) image.loading = "eager";
  area.scrollTop = 0;
  return ended;
};
