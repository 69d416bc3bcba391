// Resolves once the DOM has been left alone for quietMs, or after maxMs at the latest.
// Only new nodes and new image addresses count: animations change styles for ever.
(quietMs, maxMs) =>
  new Promise((resolve) => {
    let timer = setTimeout(finish, quietMs);
    const last = setTimeout(finish, maxMs);
    const observer = new MutationObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(finish, quietMs);
    });
    function finish() {
      clearTimeout(timer);
      clearTimeout(last);
      observer.disconnect();
      resolve(document.readyState);
    }
    observer.observe(document, {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ["src", "srcset"],
    });
  });
