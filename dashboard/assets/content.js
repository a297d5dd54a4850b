/* What a page shows stands in its document. For another address it comes in pieces, those first
   that are on the screen, and figures stay where they are. */
(function () {
  "use strict";
  const place = document.querySelector("[data-content]");
  let turn = 0, asking = null;
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
    if (made.done || old.dataset.table) return;
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
      } else {
        holder.insertBefore(next, at);
        if (at && !at.id && at.nodeName === next.nodeName) at = without(at);
      }
    }
    while (at) at = without(at);
  }

  function without(node) {
    const next = node.nextSibling;
    node.remove();
    return next;
  }

  function parsed(markup) {
    const made = document.createElement("template");
    made.innerHTML = markup;
    return made.content;
  }

  function put(holder, made) {
    fill(holder, made);
    document.dispatchEvent(new Event("shown"));
  }

  window.putContent = (holder, markup) => put(holder, parsed(markup));

  /* Pieces of the page of which a part is on the screen. */
  function seen() {
    return Array.from(place.children).filter((piece) => {
      const box = piece.getBoundingClientRect();
      return piece.id && box.bottom > 0 && box.top < window.innerHeight;
    }).map((piece) => piece.id);
  }

  /* What is on the screen is put there as soon as it comes; its stand-in keeps its place after. */
  function putEarly(made) {
    const next = made.firstElementChild;
    const old = document.getElementById(next.id);
    if (!old || !alike(old, next)) return made;
    const standIn = next.cloneNode(false);
    become(old, next);
    document.dispatchEvent(new Event("shown"));
    standIn.done = true;
    return standIn;
  }

  /* The next frame, or a moment where none is made because nobody looks. */
  function framed() {
    return new Promise((done) => {
      window.setTimeout(done, 50);
      window.requestAnimationFrame(() => window.setTimeout(done, 0));
    });
  }

  async function* lines(answer) {
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const ends = (rest + value).split("\n");
      rest = ends.pop();
      for (const line of ends) yield JSON.parse(line);
    }
  }

  async function putPieces(answer, early, mine) {
    const pieces = [];
    let about = null;
    for await (const line of lines(answer)) {
      if (mine !== turn) return;
      if (line.message) throw new Error(line.message);
      if (line.at === undefined) { about = line; continue; }
      const made = parsed(line.html);
      const isEarly = early.delete(made.firstElementChild?.id);
      pieces[line.at] = isEarly ? putEarly(made) : made;
      if (isEarly && !early.size) await framed();
    }
    if (mine !== turn) return;
    const whole = document.createDocumentFragment();
    whole.append(...pieces);
    put(place, whole);
    frame(about);
  }

  function frame(found) {
    document.getElementById("status").textContent = found.status;
    const links = document.querySelectorAll("#navigation a, .site-footer a[href^='/']");
    found.links.forEach((link, position) => { if (links[position]) links[position].href = link; });
    document.getElementById("language-switch").href = found.language;
  }

  async function show() {
    const mine = ++turn;
    asking?.abort();
    asking = new AbortController();
    const here = window.location.search;
    place.dataset.shows = here;
    place.setAttribute("aria-busy", "true");
    try {
      const early = new Set(seen());
      const answer = await fetch(place.dataset.content + here, {
        headers: { Accept: "application/json", "X-Seen": Array.from(early).join() },
        signal: asking.signal,
      });
      if (!answer.ok) throw new Error((await answer.json()).message);
      await putPieces(answer, early, mine);
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
