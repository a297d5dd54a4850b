/* Figures are drawn where they are looked at first: a page has fifteen, a screen shows two. */
(function () {
  "use strict";
  const waiting = new Set(), drawn = new Set();
  let loading = false, idle = false;
  const later = window.requestIdleCallback || ((run) => window.setTimeout(run, 30));

  /* What draws: in the page already, or fetched once with the first figure. */
  function ready() {
    if (window.Plotly) return true;
    if (!loading) {
      loading = true;
      const script = document.createElement("script");
      script.src = document.body.dataset.plotly;
      script.addEventListener("load", drawSeen);
      document.head.append(script);
    }
    return false;
  }

  function seen(place) {
    const box = place.getBoundingClientRect();
    return box.bottom > 0 && box.top < window.innerHeight && box.width > 0;
  }

  function draw(place) {
    waiting.delete(place);
    if (!place.isConnected || place.drawn === place.dataset.figure) return;
    place.drawn = place.dataset.figure;
    drawn.add(place);
    const figure = JSON.parse(place.dataset.figure);
    const ratio = figure.layout.meta && figure.layout.meta.ratio;
    if (ratio) {  // a map is never higher than its width asks for
      figure.layout.height = Math.min(figure.layout.height, Math.round(place.clientWidth * ratio));
      place.style.height = figure.layout.height + "px";
    }
    window.Plotly.react(place, figure.data, figure.layout, JSON.parse(place.dataset.config))
      .then(() => place.dispatchEvent(new Event("drawn", { bubbles: true })));
  }

  /* Those on the screen at once, the others one by one when the browser has nothing to do. */
  function drawSeen() {
    if (!waiting.size || !ready()) return;
    for (const place of Array.from(waiting)) if (seen(place)) draw(place);
    drawLater();
  }

  function drawLater() {
    if (idle || !waiting.size) return;
    idle = true;
    later(() => {
      idle = false;
      // Another view is awaited, and its figures come first; this goes on once it is shown.
      if (document.querySelector("[data-content][aria-busy]")) return;
      for (const place of waiting) { draw(place); break; }
      drawLater();
    });
  }

  /* For whoever needs every figure of a part of the page, such as an image of it. */
  window.drawFigures = function (part) {
    if (!window.Plotly) return;
    for (const place of part.querySelectorAll("[data-figure]")) draw(place);
  };

  function find() {
    for (const place of drawn) {
      if (place.isConnected) continue;
      window.Plotly.purge(place);
      drawn.delete(place);
    }
    for (const place of document.querySelectorAll("[data-figure]")) {
      if (place.drawn !== place.dataset.figure) waiting.add(place);
    }
    drawSeen();
  }
  document.addEventListener("shown", find);
  find();
  document.addEventListener("scroll", drawSeen, { passive: true });
  window.addEventListener("beforeprint", () => window.drawFigures(document));
})();
