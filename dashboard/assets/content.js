/* What a page shows for its address comes as one text, and figures stay where they were. */
(function () {
  "use strict";
  let turn = 0;

  function place() { return document.querySelector("[data-content]"); }

  /* A figure that was drawn takes the place of its successor and is drawn again in it. */
  function put(holder, markup) {
    const made = document.createElement("template");
    made.innerHTML = markup;
    const kept = [];
    for (const next of made.content.querySelectorAll("[data-figure][id]")) {
      const before = document.getElementById(next.id);
      if (!before || !before.drawn || !holder.contains(before)) continue;
      kept.push([before, next.dataset.figure, next.getAttribute("style")]);
      next.replaceWith(before);
    }
    const focused = holder.contains(document.activeElement) && document.activeElement.id;
    holder.replaceChildren(made.content);
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    for (const [figure, numbers, style] of kept) {
      figure.setAttribute("style", style);
      figure.dataset.figure = numbers;
    }
  }

  window.putContent = put;

  function frame(found) {
    document.getElementById("status").textContent = found.status;
    const links = document.querySelectorAll("#navigation a, .site-footer a[href^='/']");
    found.links.forEach((link, position) => { if (links[position]) links[position].href = link; });
    document.getElementById("language-switch").href = found.language;
  }

  /* The part that a link names was not there yet when the page opened. */
  function toHash() {
    document.getElementById(decodeURIComponent(window.location.hash.slice(1)))?.scrollIntoView();
  }

  async function show() {
    const holder = place();
    if (!holder) return;
    const mine = ++turn;
    const here = window.location.search;
    holder.dataset.shows = here;
    holder.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(holder.dataset.content + here,
        { headers: { Accept: "application/json" } });
      const found = await answer.json();
      if (mine !== turn) return;
      if (!answer.ok) throw new Error(found.message);
      put(holder, found.content);
      frame(found);
      if (mine === 1 && window.location.hash) toHash();
    } catch (error) {
      if (mine !== turn) return;
      const told = document.createElement("p");
      told.className = "problem";
      told.setAttribute("role", "alert");
      told.textContent = error instanceof TypeError ? holder.dataset.failed : error.message;
      holder.replaceChildren(told);
    } finally {
      if (mine === turn) holder.removeAttribute("aria-busy");
    }
  }

  /* Go to another view of this page. */
  window.showView = function (search) {
    window.history.pushState(null, "", window.location.pathname + search);
    show();
  };

  /* A link inside the page goes back and forth too, and changes nothing of what is shown. */
  window.addEventListener("popstate", () => {
    const holder = place();
    if (holder && holder.dataset.shows !== window.location.search) show();
  });
  new MutationObserver(() => {
    const holder = place();
    if (holder && holder.dataset.shows === undefined) show();
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
