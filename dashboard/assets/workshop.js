/* Pages of the live workshop: parts arrive by a stream and take the place of what they were;
   buttons and forms ask the room for something. Nothing else is kept here. */
(() => {
  "use strict";
  const body = document.body;
  const token = body.dataset.token;
  const said = body.dataset;
  const connection = document.getElementById("connection");
  const refusal = document.getElementById("refusal");
  let version = Number(said.version || 0);
  let ahead = Number(said.now || Date.now()) - Date.now(); // clock of the server minus this one

  if (!token) { return; }

  // -- parts: what is the same stays, so that focus, scrolling, folds and half-typed texts do ----

  const typed = (field) => field.dataset && field.dataset.typed === "1";

  function show(name, html) {
    const part = document.getElementById("part-" + name);
    if (!part) { return; }
    const fresh = document.createElement("div");
    fresh.innerHTML = html;
    const focused = part.contains(document.activeElement);
    match(part, fresh);
    if (focused && !part.contains(document.activeElement)) { // what had it is gone
      (part.querySelector("button, input, summary, a") || document.getElementById("main")).focus({ preventScroll: true });
    }
  }

  function match(old, fresh) {
    const wanted = [...fresh.childNodes];
    let place = old.firstChild;
    wanted.forEach((next, index) => {
      while (place && !alike(place, next) && !wanted.slice(index + 1).some((later) => alike(place, later))) {
        const gone = place;
        place = place.nextSibling;
        gone.remove();
      }
      if (place && alike(place, next)) {
        const kept = place;
        place = place.nextSibling;
        update(kept, next);
      } else {
        old.insertBefore(next, place);
        if (next.nodeType === 1) { [next, ...next.querySelectorAll("button")].filter(isButton).forEach(rest); }
      }
    });
    while (place) { const gone = place; place = place.nextSibling; gone.remove(); }
  }

  function alike(a, b) {
    if (a.nodeType !== b.nodeType || a.nodeName !== b.nodeName) { return false; }
    return a.nodeType !== 1 || (a.id === b.id && identity(a) === identity(b));
  }

  // A field is the same one if it asks for the same; a form if it does the same.
  function identity(node) {
    const data = node.dataset || {};
    return [node.getAttribute("type"), node.getAttribute("name"), data.key, data.list,
            node.type === "radio" || node.type === "checkbox" ? node.getAttribute("value") : "",
            node.nodeName === "FORM" ? data.do : ""].join("|");
  }

  const OWN = ["data-typed", "aria-disabled"]; // attributes that this script gives

  function update(old, fresh) {
    if (old.nodeType !== 1) {
      if (old.nodeValue !== fresh.nodeValue) { old.nodeValue = fresh.nodeValue; }
      return;
    }
    if (isButton(old) && (old.dataset.do !== fresh.dataset.do || old.dataset.set !== fresh.dataset.set)) { rest(old); }
    const keeps = old.nodeName === "DETAILS" ? ["open"] : [];
    for (const { name } of [...old.attributes]) {
      if (!fresh.hasAttribute(name) && !keeps.includes(name) && !OWN.includes(name)) {
        old.removeAttribute(name);
      }
    }
    for (const { name, value } of fresh.attributes) {
      if (!keeps.includes(name) && old.getAttribute(name) !== value) { old.setAttribute(name, value); }
    }
    if ("checked" in old && !typed(old)) { old.checked = fresh.hasAttribute("checked"); }
    if (old.nodeName === "INPUT" && !typed(old) && !("" + old.type).match(/radio|checkbox/)) {
      if (fresh.hasAttribute("value")) { old.value = fresh.getAttribute("value"); }
    }
    if (old.nodeName === "METER" || old.nodeName === "PROGRESS") { old.value = Number(fresh.getAttribute("value")); }
    if (old.nodeName !== "TIME" || !old.dataset.ends) { match(old, fresh); }
  }

  // -- the stream, and what stands in for it ----------------------------------------------------

  const QUIET = 20_000; // milliseconds
  let stream = null, failures = 0, polling = 0, lost = false, last = Date.now();

  function received(message) {
    if (message.now) { ahead = message.now - Date.now(); }
    for (const [name, html] of Object.entries(message.parts || {})) { show(name, html); }
    if (typeof message.version === "number") { version = message.version; }
    tick();
  }

  function open() {
    close();
    if (document.hidden) { return; }
    stream = new EventSource("/atelier/flux/" + token + "?depuis=" + version);
    stream.addEventListener("parts", (event) => { heard(); received(JSON.parse(event.data)); });
    stream.onopen = heard;
    stream.onerror = () => {
      failures += 1;
      lose();
      // Closed for good where the answer was no stream: a room that is gone, a server that starts.
      if (failures >= 3 || stream.readyState === EventSource.CLOSED) { close(); poll(); }
    };
  }

  function close() {
    if (stream) { stream.close(); stream = null; }
    window.clearTimeout(polling);
    polling = 0;
  }

  async function look() {
    const asked = version;
    try {
      const answer = await fetch("/atelier/etat/" + token + "?depuis=" + version, { cache: "no-store" });
      if (answer.status === 404) { close(); tell(connection, said.gone); return false; }
      if (answer.status === 410) { close(); window.location.reload(); return false; } // its table was made free
      if (!answer.ok) { throw new Error(answer.status); }
      const message = await answer.json();
      if (version === asked) { received(message); } // else the stream was faster
      else if (!asked) { version = 0; return look(); } // but only this has all
      back();
      return true;
    } catch (error) {
      lose();
      return null;
    }
  }

  // The state is asked for every two seconds; every tenth time the stream is tried again.
  function poll(count = 0) {
    polling = window.setTimeout(async () => {
      const there = await look();
      if (there === false) { return; }
      if (there && count >= 9) { failures = 0; open(); } else { poll(count + 1); }
    }, 2000);
  }

  function heard() { failures = 0; last = Date.now(); back(); }
  function lose() { if (!lost) { lost = true; tell(connection, said.lost); } }
  function back() {
    if (!lost) { return; }
    lost = false;
    tell(connection, said.back);
    window.setTimeout(() => { if (!lost) { tell(connection, ""); } }, 3000);
    send();
  }
  function wake() { failures = 0; if (document.hidden) { close(); } else { look(); open(); } }

  document.addEventListener("visibilitychange", wake);
  window.addEventListener("pageshow", (event) => { if (event.persisted) { wake(); } });
  window.addEventListener("online", wake);
  window.addEventListener("offline", lose);
  // A stream that a network has swallowed says nothing: it is asked now and then whether all is well.
  window.setInterval(() => { if (stream && Date.now() - last > QUIET) { look(); } }, QUIET);
  window.addEventListener("pagehide", close);

  function tell(place, text) {
    place.hidden = !text;
    if (place.textContent !== text) { place.textContent = text || ""; }
  }

  // -- what is asked of the room: one thing at a time, each with an id so that it acts once --------

  const waiting = [];
  let sending = false;

  function ask(command, button, form) {
    if (button) { button.setAttribute("aria-disabled", "true"); } // it keeps the focus
    const id = Array.from(crypto.getRandomValues(new Uint8Array(12)), (n) => n.toString(16).padStart(2, "0")).join("");
    waiting.push({ command: { ...command, id }, button, form, failed: 0 });
    send();
  }

  async function send() {
    if (sending || !waiting.length) { return; }
    sending = true;
    const { command, button, form } = waiting[0];
    let done = false;
    tell(refusal, "");
    try {
      const answer = await fetch("/atelier/agir/" + token, {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(command),
      });
      waiting[0].failed += answer.status >= 500 ? 1 : 0;
      done = (answer.status < 500 && answer.status !== 429) || waiting[0].failed > 3;
      if (answer.ok) { accepted(form); } else if (done) { refused(await words(answer)); }
    } catch (error) {
      lose();
    }
    sending = false;
    if (!done) { // the same request again, with the same id: it acts once
      tell(refusal, said.failed);
      window.setTimeout(send, 1500);
      return;
    }
    waiting.shift();
    if (button) { rest(button); }
    if (!stream) { look(); }
    send();
  }

  async function words(answer) {
    try { return (await answer.json()).message || said.failed; } catch (error) { return said.failed; }
  }

  function accepted(form) {
    if (!form || waiting.slice(1).some((later) => later.form === form)) { return; }
    for (const field of form.elements) { delete field.dataset.typed; }
    if ("clear" in form.dataset) { form.reset(); }
  }

  function refused(text) {
    tell(refusal, text);
    for (const field of document.querySelectorAll("[data-typed]")) {
      if (field.type === "checkbox") { delete field.dataset.typed; }
    }
    version = 0; // the room as it is takes the place of what was tried here
    look();
  }

  function put(command, path, value) {
    const steps = path.split(".");
    const last = steps.pop();
    let inside = command;
    for (const step of steps) { inside = inside[step] = inside[step] || {}; }
    inside[last] = value;
  }

  function command(form, submitter) {
    const asked = JSON.parse(form.dataset.do);
    for (const field of form.elements) {
      const { key: path, list, scale, set } = field.dataset;
      const off = (field.type === "checkbox" || field.type === "radio") && !field.checked;
      if (off) { continue; }
      if (list) { asked[list] = [...(asked[list] || []), field.value]; }
      if (path) { put(asked, path, scale ? rounded(Number(field.value) * Number(scale)) : field.value); }
      if (set && field.type !== "submit") { Object.assign(asked, JSON.parse(set)); }
      if ("setFrom" in field.dataset) { Object.assign(asked, JSON.parse(field.value)); }
    }
    if (submitter && submitter.dataset.set) { Object.assign(asked, JSON.parse(submitter.dataset.set)); }
    return asked;
  }

  function rounded(number) { return Math.round(number * 1e6) / 1e6; }

  // The second press of a double click must not do the next thing, nor undo the first.
  const REST = 600; // milliseconds
  const resting = new WeakMap(); // button → the timer that gives it back

  const isButton = (node) => node.nodeName === "BUTTON";

  function rest(button) {
    button.setAttribute("aria-disabled", "true");
    window.clearTimeout(resting.get(button));
    resting.set(button, window.setTimeout(() => {
      if (!waiting.some((one) => one.button === button)) { button.removeAttribute("aria-disabled"); }
    }, REST));
  }

  const busy = (button) => button && button.getAttribute("aria-disabled") === "true";

  let pressed = null;

  document.addEventListener("click", (event) => {
    pressed = event.target.closest("button[type=submit]");
    const button = event.target.closest("button[data-do]");
    if (!button || busy(button) || (button.dataset.confirm && !window.confirm(button.dataset.confirm))) { return; }
    ask(JSON.parse(button.dataset.do), button);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.do) { return; }
    event.preventDefault();
    const button = event.submitter || pressed; // older phones do not say which one it was
    if (!busy(button)) { ask(command(form, button), button, form); }
  });

  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.form || !field.form.dataset.do) { return; }
    field.dataset.typed = "1";
    const pair = field.dataset.pair && document.getElementById(field.dataset.pair);
    if (pair && field.value !== "") { pair.value = field.value; pair.dataset.typed = "1"; }
  });

  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (!form || !form.dataset.do) { return; }
    if ("atOnce" in form.dataset) { ask(command(form), null, form); } else { sum(form); }
  });

  // What is committed, while a facilitator ticks the cards of a table.
  function sum(form) {
    const meter = form.querySelector("meter"), place = form.querySelector("[data-spent]");
    if (!meter || !place) { return; }
    let total = 0;
    for (const box of form.querySelectorAll("[data-cost]:checked")) { total += Number(box.dataset.cost); }
    meter.value = total;
    place.textContent = (100 * total).toLocaleString(document.documentElement.lang, {
      minimumFractionDigits: 1, maximumFractionDigits: 1,
    });
  }

  // -- countdowns, by the clock of the server -----------------------------------------------------

  function tick() {
    for (const time of document.querySelectorAll("time[data-ends]")) {
      const left = Math.min(Number(time.dataset.most), Math.ceil((Number(time.dataset.ends) - Date.now() - ahead) / 1000));
      const text = left > 0 ? Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0") : said.over;
      if (time.textContent !== text) { time.textContent = text; }
      time.parentElement.classList.toggle("over", left <= 0);
      time.parentElement.classList.toggle("soon", left > 0 && left <= 60);
    }
    for (const time of document.querySelectorAll("time[data-at]")) {
      time.textContent = new Date(Number(time.dataset.at)).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    }
  }

  window.setInterval(tick, 500);
  tick();
  open();
})();
