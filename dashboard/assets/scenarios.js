/* The scenario builder: the server makes the form, this sends changes and keeps the address. */
(function () {
  "use strict";

  let turn = 0;
  let sent = null;  // the draft that the address is about to hold
  let asker = window.history.state?.asker || "";  // who asked for a run may cancel it

  /* Which draft an address holds. */
  function draft(search) {
    const parts = new URLSearchParams(search);
    return ["y", "s", "lang"].map((name) => parts.get(name) || "").join(" ");
  }

  function place() { return document.getElementById("builder"); }

  function follow(search) {
    window.showView(search);
  }

  function say(near, message) {
    const scope = near.closest("section") || document;
    const answer = near.closest("li, details, p")?.querySelector("[data-answer]") ||
      scope.querySelector("[data-answer]");
    if (answer) answer.textContent = message || "";
  }

  /* What a button asks for besides the view that it stands in. */
  function asked(button) {
    const parts = new URLSearchParams(window.location.search);
    for (const [name, value] of new URLSearchParams(button.dataset.with)) parts.set(name, value);
    return "?" + parts.toString();
  }

  async function post(url, body, address) {
    body.set("address", address || window.location.search);
    const answer = await fetch(url, {
      method: "POST", body: body, headers: { Accept: "application/json" },
    });
    const found = await answer.json();
    return { ok: answer.ok, ...found };
  }

  /* Fields keep what is being typed: only what the server says about them is put anew. */
  function show(holder, markup) {
    const made = document.createElement("div");
    made.innerHTML = markup;
    const before = holder.querySelector("form");
    const after = made.querySelector("form");
    if (!before || !after || before.dataset.shape !== after.dataset.shape) {
      const focus = document.activeElement && document.activeElement.id;
      holder.replaceChildren(...made.childNodes);
      if (focus && document.getElementById(focus)) document.getElementById(focus).focus();
    } else {
      for (const part of made.querySelectorAll("[data-part]")) {
        const old = holder.querySelector('[data-part="' + CSS.escape(part.dataset.part) + '"]');
        if (old) old.replaceChildren(...part.childNodes);
      }
      const text = holder.querySelector('[data-value="text"]');
      if (text && text !== document.activeElement) {
        text.value = made.querySelector('[data-value="text"]').value;
      }
    }
    for (const field of holder.querySelectorAll("[aria-describedby]")) {
      const name = field.getAttribute("aria-describedby").split(" ").pop();
      const fault = document.getElementById(name);
      field.setAttribute("aria-invalid", fault && fault.textContent.trim() ? "true" : "false");
    }
  }

  async function load(holder) {
    const wanted = document.getElementById("builder-wanted") !== null;
    const section = holder.closest("section");
    if (section.hidden === wanted) section.hidden = !wanted;
    const here = draft(window.location.search);
    if (sent === here) sent = null;
    if (!wanted || sent !== null || holder.dataset.shows === here) return;
    holder.dataset.shows = here;
    try {
      const answer = await fetch(holder.dataset.builder + window.location.search);
      if (!answer.ok) throw new Error(String(answer.status));
      const markup = await answer.text();
      if (holder.dataset.shows === here) show(holder, markup);
    } catch (error) {
      if (holder.firstChild) say(holder, holder.dataset.failed);
      else holder.textContent = holder.dataset.failed;
    }
  }

  async function change(form, action) {
    const holder = place();
    const mine = ++turn;
    const body = new URLSearchParams(new FormData(form));
    if (action) body.set("action", action);
    try {
      const found = await post(form.getAttribute("action"), body);
      if (mine !== turn) return;  // a later change says more
      if (!found.ok) { say(holder, found.message); return; }
      holder.dataset.shows = sent = draft(found.search);
      show(holder, found.html);
      follow(found.search);
    } catch (error) {
      say(holder, holder.dataset.failed);
    }
  }

  async function read(near, text) {
    try {
      const found = await post("/scenarios/texte", new URLSearchParams({ text: text }));
      if (found.ok) follow(found.search);
      say(near, found.message);
    } catch (error) {
      say(near, place().dataset.failed);
    }
  }

  async function readFile(input) {
    const file = input.files[0];
    if (!file) return;
    if (file.size > 262144) { say(input, place().dataset.tooLarge); return; }
    let text;
    try {
      text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
    } catch (error) {
      say(input, place().dataset.notText);
      return;
    }
    read(input, text);
  }

  document.addEventListener("change", (event) => {
    const form = event.target.closest(".builder-form");
    if (form && event.target.name !== "new_lever") change(form);
    if (event.target.id === "draft-file") readFile(event.target);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target.closest(".builder-form");
    if (form) { event.preventDefault(); change(form); }
  });

  document.addEventListener("click", async (event) => {
    const action = event.target.closest("[data-action]");
    if (action) { change(action.closest("form"), action.dataset.action); return; }
    const reading = event.target.closest("[data-read-text]");
    if (reading) { read(reading, document.getElementById("draft-text").value); return; }
    const button = event.target.closest("[data-post]");
    if (!button) return;
    button.disabled = true;
    try {
      const found = await post(button.dataset.post, new URLSearchParams({ asker: asker }),
        asked(button));
      say(button, found.message);
      asking = Boolean(found.run);
      if (found.search && found.search !== window.location.search) follow(found.search);
      else if (found.search) look();
      if (found.asker) {  // kept with this entry of the history: a reload may cancel too
        asker = found.asker;
        window.history.replaceState({ asker: asker }, "");
      }
    } catch (error) {
      say(button, String(error));
    } finally {
      button.disabled = false;
    }
  });

  /* A run that is being played is looked at again; no look before the last one has answered. */
  let looking = null;
  let asking = false;  // for a run whose place may be out of sight
  async function look() {
    const run = document.getElementById("live-run");
    looking = null;
    if (!run) return;
    try {
      const answer = await fetch(run.dataset.look + window.location.search,
        { headers: { Accept: "application/json", "X-Shown": run.dataset.state } });
      const found = await answer.json();
      if (!run.isConnected) return;
      if (answer.ok) {
        run.dataset.state = found.state;
        if (found.content !== null) window.putContent(run, found.content);
        if (asking) run.scrollIntoView({ block: "nearest" });
        asking = false;
        const goes = run.querySelector("[data-goes]");  // what was waited for is there
        if (goes) { window.location.replace(goes.href); return; }
      } else if (answer.status < 500 && answer.status !== 429) {  // nor will it be at the next
        const told = document.createElement("p");
        told.className = "problem";
        told.textContent = found.message;
        run.replaceChildren(told);
        run.dataset.state = "over";
      }
    } catch (error) { /* the server may be back at the next look */ }
    watch();
  }

  function watch() {
    const run = document.getElementById("live-run");
    if (!run || looking !== null || run.dataset.state.startsWith("over")) return;
    looking = window.setTimeout(look, Number(run.dataset.clock));
  }

  function found() {
    const holder = place();
    if (holder) load(holder);
    watch();
  }
  document.addEventListener("shown", found);
  found();
})();
