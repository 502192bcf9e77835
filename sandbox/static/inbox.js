// Everything works without this script; with it, the page follows the mail and keeps its place.
"use strict";
(() => {
  const list = document.getElementById("list");
  const pane = document.getElementById("pane");
  const fresh = document.getElementById("fresh");
  let latest = Number(document.documentElement.dataset.latest);

  const params = () => new URLSearchParams(location.search);
  const fetchText = async (url, options) => {
    const response = await fetch(url, options);
    return response.text();
  };
  const localTimes = (root) => {
    const today = new Date().toDateString();
    for (const time of root.querySelectorAll(".line time")) {
      const at = new Date(time.dateTime);
      const format = at.toDateString() === today ? { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } : { month: "short", day: "numeric" };
      time.textContent = at.toLocaleString(undefined, format);
      time.title = at.toLocaleString();
    }
  };
  const mark = (seq) => {
    for (const line of list.querySelectorAll(".line")) {
      const chosen = line.dataset.seq === String(seq);
      line.classList.toggle("chosen", chosen);
      chosen ? line.setAttribute("aria-current", "true") : line.removeAttribute("aria-current");
    }
  };

  const open = async (seq, tab) => {
    pane.innerHTML = await fetchText(`/messages/${seq}?tab=${tab}`);
    document.body.classList.add("reading");
    mark(seq);
  };
  const show = (url, push) => {
    const wanted = new URL(url, location).searchParams;
    const seq = wanted.get("m");
    if (!seq) return false;
    if (push) history.pushState(null, "", url);
    open(seq, wanted.get("tab") || "html");
    return true;
  };

  const refresh = async () => {
    const known = new Set([...list.querySelectorAll(".line")].map((line) => line.dataset.seq));
    const place = list.scrollTop;
    list.innerHTML = await fetchText(`/list?${params()}`);
    for (const line of list.querySelectorAll(".line")) line.classList.toggle("new", known.size > 0 && !known.has(line.dataset.seq));
    localTimes(list);
    list.scrollTop = place;
    fresh.hidden = true;
  };

  const pulse = async () => {
    const now = await (await fetch("/pulse")).json();
    for (const cell of document.querySelectorAll("[data-stat]")) {
      const [group, name] = cell.dataset.stat.split(".");
      cell.textContent = now[group][name].toLocaleString();
      cell.classList.toggle("bad", "alert" in cell.dataset && now[group][name] > 0);
    }
    if (now.latest === latest) return;
    const arrived = now.latest - latest;
    // Somebody who scrolled, or reads an older page, is told; the list moves when they ask.
    if (arrived > 0 && (list.scrollTop > 40 || params().get("before"))) {
      fresh.textContent = `${arrived.toLocaleString()} new ↑`;
      fresh.hidden = false;
      return;
    }
    latest = now.latest;
    await refresh();
  };
  const follow = async () => {
    try {
      if (!document.hidden) await pulse();
    } catch {
      // The sandbox is being restarted: the next pulse finds it.
    }
    setTimeout(follow, 2000);
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.line, .tabs a, .letter > .back");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    if (link.classList.contains("back")) {
      history.pushState(null, "", "/");
      document.body.classList.remove("reading");
      return;
    }
    const url = new URL(link.href);
    for (const name of ["q", "before"]) if (params().get(name)) url.searchParams.set(name, params().get(name));
    show(url, true);
  });
  document.addEventListener("submit", async (event) => {
    if (!event.target.matches(".unsubscribe")) return;
    event.preventDefault();
    const form = event.target;
    form.querySelector("button").disabled = true;
    form.querySelector("output").innerHTML = await fetchText(form.action, { method: "POST" });
    form.querySelector("button").disabled = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.matches("input") || event.metaKey || event.ctrlKey || !["j", "k", "ArrowDown", "ArrowUp"].includes(event.key)) return;
    const lines = [...list.querySelectorAll(".line")];
    const at = lines.findIndex((line) => line.classList.contains("chosen"));
    const next = lines[at + (event.key === "j" || event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.click();
    next.scrollIntoView({ block: "nearest" });
  });
  fresh.addEventListener("click", () => {
    const wanted = params();
    wanted.delete("before");
    history.replaceState(null, "", `/?${wanted}`);
    latest = Infinity;
    list.scrollTop = 0;
    pulse();
  });
  addEventListener("popstate", () => {
    if (!show(location.href, false)) document.body.classList.remove("reading");
  });

  localTimes(list);
  setTimeout(follow, 1000);
})();
