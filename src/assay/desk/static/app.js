// What a page needs beyond htmx: the theme chosen, selects that apply themselves, keys.
"use strict";
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-apply]")) event.target.form.requestSubmit();
  if (event.target.matches("[data-all]")) {
    for (const box of event.target.form.querySelectorAll('input[name="pick"]')) box.checked = event.target.checked;
  }
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
// Cards: J and K go down and up, X ticks, A agrees, R asks for the reason and Enter then refuses.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const cards = [...document.querySelectorAll(".ask.sheet")];
  const at = cards.findIndex((card) => card.contains(document.activeElement));
  const card = cards[at];
  const reason = card && card.querySelector("input[name=comment]");
  if (reason && event.target === reason) {
    if (event.key === "Enter" && reason.value.trim()) { event.preventDefault(); card.querySelector("[data-key=r]").click(); }
    if (event.key === "Escape") card.querySelector("[data-key=a]").focus();
    return;
  }
  if (event.target.closest("input:not([type=checkbox]),textarea,select")) return;
  const key = event.key.toLowerCase(); // with Caps Lock too
  const step = { j: 1, k: -1 }[key];
  if (step && cards.length) {
    cards[Math.min(Math.max(at + step, 0), cards.length - 1)].querySelector("[data-key=a]").focus();
  } else if (card && key === "x") {
    const box = card.querySelector("input[name=pick]");
    if (box) { event.preventDefault(); box.checked = !box.checked; }
  } else if (card && key === "r" && !reason.value.trim()) {
    event.preventDefault();
    reason.focus();
  } else if (card && /^[ar]$/.test(key)) {
    event.preventDefault();
    card.querySelector(`[data-key=${key}]`).click();
  }
});
// A term or a clause opens in the corner; without script its link leads to the page of all of them.
let told = null, asker = null;
const shut = () => {
  if (!told) return;
  told.remove(); told = null;
  asker.setAttribute("aria-expanded", "false");
};
document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-told]");
  if (!link) {
    if (told && (!told.contains(event.target) || event.target.closest(".shut"))) { shut(); asker.focus(); }
    for (const menu of document.querySelectorAll("details.own[open]")) if (!menu.contains(event.target)) menu.open = false;
    return;
  }
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const again = told && asker === link;
  shut();
  if (again) return;
  const answer = await fetch(link.dataset.told, { headers: { "X-Told": "1" } }).catch(() => null);
  if (!answer || !answer.ok) { location.href = link.href; return; }
  asker = link;
  told = document.createElement("div");
  told.className = "told";
  told.tabIndex = -1;
  told.setAttribute("role", "dialog");
  told.setAttribute("aria-label", link.textContent);
  told.innerHTML = await answer.text();
  document.body.append(told);
  link.setAttribute("aria-expanded", "true");
  told.focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.own[open]")) { menu.open = false; menu.querySelector("summary").focus(); }
  if (told) { shut(); asker.focus(); }
});
// What scrolls sideways can be reached by key.
const reach = () => {
  for (const one of document.querySelectorAll(".scroll")) {
    if (one.scrollWidth > one.clientWidth) one.tabIndex = 0; else one.removeAttribute("tabindex");
  }
};
addEventListener("resize", reach);
addEventListener("DOMContentLoaded", reach);
document.addEventListener("htmx:afterSettle", reach);
