/* Meanings of words: shown on hover and focus, kept by a tap, sent away with Escape. */
(function () {
  "use strict";

  function show(gloss, shown) {
    const word = gloss.querySelector(".gloss-word"), text = gloss.querySelector(".gloss-text");
    if (text.hidden !== shown) return;
    text.hidden = !shown;
    word.setAttribute("aria-expanded", String(shown));
    if (!shown) { delete gloss.dataset.kept; return; }
    text.style.left = "0";
    const over = text.getBoundingClientRect().right - document.documentElement.clientWidth + 8;
    if (over > 0) text.style.left = `${-over}px`;
  }

  function of(target) { return target instanceof Element ? target.closest(".gloss") : null; }

  function hideOthers(kept) {
    for (const gloss of document.querySelectorAll(".gloss")) if (gloss !== kept) show(gloss, false);
  }

  document.addEventListener("pointerover", (event) => {
    const gloss = of(event.target);
    if (gloss && event.pointerType === "mouse") { hideOthers(gloss); show(gloss, true); }
  });
  document.addEventListener("pointerout", (event) => {
    const gloss = of(event.target);
    if (!gloss || gloss.contains(event.relatedTarget) || gloss.dataset.kept) return;
    if (!gloss.contains(document.activeElement)) show(gloss, false);
  });
  document.addEventListener("focusin", (event) => {
    const gloss = of(event.target);
    hideOthers(gloss);
    if (gloss) show(gloss, true);
  });
  document.addEventListener("focusout", (event) => {
    const gloss = of(event.target);
    if (gloss && !gloss.contains(event.relatedTarget)) show(gloss, false);
  });
  document.addEventListener("click", (event) => {
    const word = event.target.closest(".gloss-word"), gloss = of(event.target);
    if (!gloss) { hideOthers(null); return; }
    if (!word) return;
    const kept = gloss.dataset.kept;
    show(gloss, !kept);
    if (!kept) gloss.dataset.kept = "true";
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hideOthers(null);
  });
})();
