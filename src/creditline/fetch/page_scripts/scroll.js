// Scrolls to the end in steps, so that lazy images show what they would load, within a budget.
// Resolves with whether the end was reached.
async (maxSteps, maxInside, pauseMs, longestMs) => {
  const ends = Date.now() + longestMs;
  const root = document.scrollingElement || document.documentElement;

  // Pages notice what is in view when a frame is drawn; those that listen for scrolling do so a little later.
  async function drawn() {
    const pause = new Promise((resolve) => setTimeout(resolve, pauseMs));
    const frame = new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    await Promise.all([pause, Promise.race([frame, new Promise((resolve) => setTimeout(resolve, 5 * pauseMs))])]);
  }

  async function through(area, most) {
    let at = 0;
    for (let steps = 0; ; ) {
      await drawn();
      const window = area === root ? innerHeight : area.clientHeight;
      if (at + window >= area.scrollHeight) return true;
      if (++steps > most || Date.now() > ends) return false;
      at += Math.max(200, window * 0.9);
      area.scrollTo({ top: at, behavior: "instant" });
    }
  }

  let ended = await through(root, maxSteps);
  const area = globalThis.creditlineArea;
  if (area && area.isConnected) ended = (await through(area, maxInside)) && ended;
  for (const each of document.querySelectorAll("img[loading=lazy]")) each.loading = "eager";
  return ended;
};
