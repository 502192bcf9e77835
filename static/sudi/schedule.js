/* The bar of a scheduled issue: a countdown that ticks, and a page that notices when it is out of date.
   Without this file the same stands there as text. */
"use strict";
(() => {
  const bar = document.getElementById("scheduled");
  const POLL = 5000; // milliseconds
  const SAID_AT = new Set([30, 10]); // seconds left at which a screen reader is told

  function countDown(place, said) {
    const end = performance.now() + Number(place.dataset.seconds) * 1000;
    let shown = null;
    const tick = () => {
      const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      if (left !== shown) {
        shown = left;
        place.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
        if (SAID_AT.has(left)) said.textContent = place.dataset.said.replace("{seconds}", left);
      }
      if (left > 0) setTimeout(tick, 250);
      else look();
    };
    place.setAttribute("aria-hidden", "true");
    tick();
  }

  function somethingTyped() {
    const changed = (field) =>
      field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked
        : field.tagName === "SELECT" ? [...field.options].some((option) => option.selected !== option.defaultSelected)
          : field.type !== "hidden" && field.value !== field.defaultValue;
    return [...document.querySelectorAll("#content input, #content textarea")].some(changed);
  }

  async function look() {
    if (document.hidden) return;
    let now;
    try {
      const answer = await fetch(bar.dataset.live, { credentials: "same-origin", redirect: "error" });
      if (!answer.ok) return;
      now = (await answer.text()).trim();
    } catch {
      return; // asked again soon
    }
    if (now === bar.dataset.seen) return;
    const note = bar.querySelector(".schedule-changed");
    if (somethingTyped()) note.textContent = note.dataset.words;
    else location.reload();
  }

  if (!bar) return;
  const place = bar.querySelector(".schedule-countdown");
  if (place) countDown(place, bar.querySelector(".schedule-sr"));
  setInterval(look, POLL);
})();
