// Whether an element of the page's own making may keep what it shows in a closed shadow root.
() =>
  [...document.querySelectorAll(":defined")].some((element) => element.localName.includes("-") && !element.shadowRoot);
