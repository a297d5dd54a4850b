/* What a page shows stands in its document; for another address it comes as one text, and figures
   stay where they were. */
(function () {
  "use strict";
  const place = document.querySelector("[data-content]");
  let turn = 0;
  place.dataset.shows = window.location.search;

  /* Another table is another element, folded: it forgets the rows of the old one. */
  function alike(old, made) {
    return old.nodeName === made.nodeName && old.id === made.id
      && (!made.dataset || old.dataset.table === made.dataset.table);
  }

  /* Makes an element what `made` says and keeps what stays: a drawing to draw again in its place,
     what is unfolded, where the focus is. */
  function become(old, made) {
    if (old.nodeType !== Node.ELEMENT_NODE) {
      if (old.data !== made.data) old.data = made.data;
      return;
    }
    if (old.dataset.table) return;
    const drawing = old.dataset.figure !== undefined;
    for (const { name } of Array.from(old.attributes)) {
      if (!made.hasAttribute(name) && name !== "open" && !drawing) old.removeAttribute(name);
    }
    for (const { name, value } of made.attributes) {
      if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
    if (drawing) return;
    fill(old, made);
    if (old.nodeName === "SELECT") old.value = made.value;
  }

  function fill(holder, made) {
    let at = holder.firstChild;
    for (const next of Array.from(made.childNodes)) {
      let match = at;
      while (match && next.id && !alike(match, next)) match = match.nextSibling;
      if (match && alike(match, next)) {
        while (at !== match) at = without(at);
        become(match, next);
        at = match.nextSibling;
      } else holder.insertBefore(next, at);
    }
    while (at) at = without(at);
  }

  function without(node) {
    const next = node.nextSibling;
    node.remove();
    return next;
  }

  function put(holder, markup) {
    const made = document.createElement("template");
    made.innerHTML = markup;
    fill(holder, made.content);
    document.dispatchEvent(new Event("shown"));
  }

  window.putContent = put;

  function frame(found) {
    document.getElementById("status").textContent = found.status;
    const links = document.querySelectorAll("#navigation a, .site-footer a[href^='/']");
    found.links.forEach((link, position) => { if (links[position]) links[position].href = link; });
    document.getElementById("language-switch").href = found.language;
  }

  async function show() {
    const mine = ++turn;
    const here = window.location.search;
    place.dataset.shows = here;
    place.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(place.dataset.content + here,
        { headers: { Accept: "application/json" } });
      const found = await answer.json();
      if (mine !== turn) return;
      if (!answer.ok) throw new Error(found.message);
      put(place, found.content);
      frame(found);
    } catch (error) {
      if (mine !== turn) return;
      const told = document.createElement("p");
      told.className = "problem";
      told.setAttribute("role", "alert");
      told.textContent = error instanceof TypeError ? place.dataset.failed : error.message;
      place.replaceChildren(told);
    } finally {
      if (mine === turn) place.removeAttribute("aria-busy");
    }
  }

  /* Go to another view of this page. */
  window.showView = function (search) {
    window.history.pushState(null, "", window.location.pathname + search);
    show();
  };

  /* A link inside the page goes back and forth too, and changes nothing of what is shown. */
  window.addEventListener("popstate", () => {
    if (place.dataset.shows !== window.location.search) show();
  });
})();
