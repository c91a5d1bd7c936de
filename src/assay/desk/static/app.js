// What a page needs beyond htmx: the theme chosen, selects that apply themselves, keys.
"use strict";
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-apply]")) event.target.form.requestSubmit();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !event.target.closest("input,textarea,select")) {
    const box = document.querySelector("input[type=search]");
    if (box) { event.preventDefault(); box.focus(); }
  }
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
// A slider fills a box; what is typed there moves it.
document.addEventListener("input", (event) => {
  const box = event.target.dataset.fills && document.getElementById(event.target.dataset.fills);
  if (box) box.value = event.target.value;
  const slider = document.querySelector(`[data-fills="${event.target.id}"]`);
  if (slider && parseFloat(event.target.value)) slider.value = parseFloat(event.target.value);
});
// Cards: J and K go down and up, A and R press what bears that letter.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input,textarea,select")) return;
  const cards = [...document.querySelectorAll(".ask.sheet")];
  const at = cards.findIndex((card) => card.contains(document.activeElement));
  const step = { j: 1, k: -1 }[event.key];
  if (step && cards.length) {
    const card = cards[Math.min(Math.max(at + step, 0), cards.length - 1)];
    card.querySelector("[data-key=a]").focus();
  } else if (at >= 0) {
    const button = cards[at].querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (button) { event.preventDefault(); button.click(); }
  }
});
