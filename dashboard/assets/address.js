/* The address is the state of a page: controls write it, and follow it when one goes back. */
(function () {
  "use strict";
  let followed = window.location.search; // what the controls show

  function given() { return new URLSearchParams(window.location.search); }

  function holders() { return Array.from(document.querySelectorAll("[data-address]")); }

  function values(holder) {
    if (holder.dataset.only) return [holder.dataset.only];
    const lists = Array.from(holder.querySelectorAll("select"), (list) => list.value);
    const chips = Array.from(
      holder.querySelectorAll('[data-value][aria-pressed="true"]'), (chip) => chip.dataset.value);
    return Array.from(new Set([...lists, ...chips])).filter(Boolean);
  }

  function query(parts) {
    parts.delete("v");
    const kept = Array.from(parts.keys()).filter((key) => key !== "lang");
    if (kept.length) parts.set("v", document.body.dataset.version || "2");
    const search = parts.toString().replace(/%2C/g, ",").replace(/%3A/g, ":");
    return search ? "?" + search : "";
  }

  /* Link to what is shown now, for what leaves the page: what is shown first may change. */
  window.lastingLink = function () {
    const parts = given();
    for (const holder of holders()) {
      const written = values(holder).join(",");
      if (written) parts.set(holder.dataset.address, written);
    }
    return window.location.origin + window.location.pathname + query(parts);
  };

  function write(holder) {
    const parts = given();
    const written = values(holder).join(",");
    const name = holder.dataset.address;
    if (written === holder.dataset.default) parts.delete(name); else parts.set(name, written);
    const target = query(parts);
    if (target === window.location.search) return;
    followed = target;
    if (holder.dataset.reloads) window.location.assign(window.location.pathname + target);
    else window.showView(target);
  }

  function limit(holder) {
    if (!holder.dataset.most) return;
    const full = values(holder).length >= Number(holder.dataset.most);
    for (const chip of holder.querySelectorAll("[data-value]")) {
      const off = full && chip.getAttribute("aria-pressed") !== "true";
      chip.setAttribute("aria-disabled", off ? "true" : "false");
    }
    const note = holder.querySelector("[data-full]");
    if (note) note.hidden = !full;
  }

  function follow() {
    const parts = given();
    for (const holder of holders()) {
      const shownFirst = (holder.dataset.default || "").split(",");
      const text = parts.get(holder.dataset.address) || "*";
      const wanted = text.split(",").flatMap((name) =>
        name === "*" ? shownFirst : name === "." ? shownFirst.slice(0, 1) : [name]);
      const lists = holder.querySelectorAll("select");
      for (const list of lists) {
        // What is shown first may not be offered beside what else is chosen.
        if (Array.from(list.options).some((one) => one.value === wanted[0])) list.value = wanted[0];
      }
      for (const chip of holder.querySelectorAll("[data-value]")) {
        chip.setAttribute("aria-pressed", wanted.includes(chip.dataset.value) ? "true" : "false");
      }
      limit(holder);
    }
  }

  document.addEventListener("change", (event) => {
    const holder = event.target.closest("[data-address]");
    if (holder && event.target.matches("select")) { limit(holder); write(holder); }
  });

  document.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-address] [data-value]");
    if (!chip || chip.getAttribute("aria-disabled") === "true") return;
    const holder = chip.closest("[data-address]");
    const pressed = chip.getAttribute("aria-pressed") === "true";
    chip.setAttribute("aria-pressed", pressed ? "false" : "true");
    limit(holder);
    write(holder);
  });

  /* A link within the page changes no choice. */
  window.addEventListener("popstate", () => {
    if (window.location.search === followed) return;
    followed = window.location.search;
    window.setTimeout(follow, 0);
  });

  holders().forEach(limit);

  /* Tables come when they are unfolded: a page of six figures holds thousands of cells. */
  async function fill(details) {
    if (!details.open || !details.dataset || !details.dataset.table) return;
    const place = details.querySelector("[data-place]");
    if (place.dataset.shows === details.dataset.table) return;
    try {
      const answer = await fetch(details.dataset.table);
      if (!answer.ok) throw new Error(String(answer.status));
      place.innerHTML = await answer.text();
      place.dataset.shows = details.dataset.table;
    } catch (error) {
      place.textContent = place.dataset.failed;
    }
  }

  document.addEventListener("toggle", (event) => fill(event.target), true);
  /* One that came open may have said so before this was read. */
  document.querySelectorAll("details[open][data-table]").forEach(fill);
})();
