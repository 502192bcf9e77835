/* Comforts of editing: everything works without them. */
"use strict";
(() => {
  const begin = () => {
    const field = document.querySelector(".lined textarea");
    if (field) lined(field);
    document.querySelectorAll(".inline-group").forEach(movable);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin); else begin();

  /* Line numbers beside the text, and findings that select their line. */
  function lined(text) {
    const gutter = document.createElement("pre");
    gutter.className = "gutter";
    gutter.setAttribute("aria-hidden", "true");
    text.before(gutter);
    let shown = 0;
    const number = () => {
      const count = text.value.split("\n").length;
      if (count !== shown) {
        gutter.textContent = Array.from({ length: count }, (_, at) => at + 1).join("\n") + "\n\n\n";
        shown = count;
      }
      fit();
    };
    const fit = () => {
      gutter.style.height = `${text.offsetHeight}px`;
      gutter.scrollTop = text.scrollTop;
    };
    text.addEventListener("input", number);
    text.addEventListener("scroll", fit);
    new ResizeObserver(fit).observe(text);
    number();
    document.querySelector(".listing")?.setAttribute("hidden", "");

    const select = (line) => {
      const lines = text.value.split("\n");
      if (!(line >= 1 && line <= lines.length)) return;
      const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
      text.focus();
      text.setSelectionRange(start, start + lines[line - 1].length);
      text.scrollTop = (line - 1) * (text.scrollHeight / lines.length) - text.clientHeight / 3;
      text.scrollLeft = 0;
      fit();
    };
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a.to-line");
      if (!link) return;
      event.preventDefault();
      select(Number(link.dataset.line));
    });
    const named = () => select(Number(/^#line-(\d+)$/.exec(location.hash)?.[1]));
    window.addEventListener("hashchange", named);
    named();

    let changed = false;
    text.addEventListener("input", () => { changed = true; });
    text.form.addEventListener("submit", () => { changed = false; });
    window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  }

  /* Buttons that move a row up or down; they write the numbers that the form posts. */
  function movable(group) {
    const rows = () => [...group.querySelectorAll(".inline-related.has_original")];
    rows().forEach((row) => {
      const order = row.querySelector("input.order");
      if (!order) return;
      const moves = document.createElement("span");
      moves.className = "moves";
      [["↑", order.dataset.up, -1], ["↓", order.dataset.down, 1]].forEach(([sign, words, step]) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = sign;
        button.setAttribute("aria-label", `${words}: ${row.querySelector(".inline_label")?.firstChild?.textContent.trim() || ""}`);
        button.addEventListener("click", () => { move(row, step); button.focus(); });
        moves.append(button);
      });
      order.after(moves);
    });

    const move = (row, step) => {
      const all = rows(), at = all.indexOf(row), other = all[at + step];
      if (!other) return;
      if (step < 0) other.before(row); else other.after(row);
      rows().forEach((each, index) => {
        const order = each.querySelector("input.order");
        if (order) order.value = index + 1;
      });
    };
  }
})();
