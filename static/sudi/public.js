// A click into a link's field selects all of it, so that it can be copied.
document.querySelectorAll("input[data-select]").forEach((field) => {
  field.addEventListener("focus", () => field.select());
});
