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
// On a phone places of a room and months go on past the edge: the one we are at is brought into sight.
function intoSight() {
  for (const here of document.querySelectorAll(".inner a[aria-current], .tabs a[aria-current], .months a[aria-current]")) {
    const row = here.parentElement;
    row.scrollLeft = here.offsetLeft - row.offsetLeft - (row.clientWidth - here.offsetWidth) / 2;
  }
}
intoSight();
addEventListener("resize", intoSight);
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
// A slider or a button fills a box; what is typed there moves the slider, which keeps the ruler's scale.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-fills]");
  if (!button) return;
  const box = document.getElementById(button.dataset.fills);
  event.preventDefault();
  box.value = button.value;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
});
document.addEventListener("htmx:afterSettle", () => {
  const ruler = document.querySelector(".ruler[data-low]"), slider = document.querySelector("input[type=range]");
  if (ruler && slider) { slider.min = ruler.dataset.low; slider.max = ruler.dataset.high; slider.value = parseFloat(document.getElementById(slider.dataset.fills).value); }
});
document.addEventListener("input", (event) => {
  const box = event.target.dataset.fills && document.getElementById(event.target.dataset.fills);
  if (box) box.value = event.target.value;
  const slider = document.querySelector(`input[data-fills="${event.target.id}"]`);
  if (slider && parseFloat(event.target.value)) slider.value = parseFloat(event.target.value);
});
// Cards: J and K go down and up, X ticks; A, R, M, S and T press the button that bears the key, with Shift the one for all
// that are ticked. What a button asks for is filled in first, and Enter there presses it.
let asking = null, left = null;
const press = (button) => {
  const field = button.dataset.asks && button.form.elements[button.dataset.asks];
  if (!field || field.value.trim()) { button.click(); return; }
  asking = button;
  left = document.activeElement.closest("[data-card]");
  field.focus();
};
const buttonOf = (field) => {
  if (asking && asking.form === field.form && asking.dataset.asks === field.name) return asking;
  return field.matches("input") ? field.form.querySelector(`[data-asks="${field.name}"]`) : null;
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const cards = [...document.querySelectorAll("[data-card]")], field = event.target;
  if (!cards.length) return;
  const at = cards.findIndex((card) => card.contains(document.activeElement)), card = cards[at];
  const home = (one) => one.querySelector("[data-key=a],input[name=pick]").focus();
  if (field.closest("input:not([type=checkbox]),textarea,select")) {
    const button = field.form && buttonOf(field);
    if (button && event.key === "Enter" && field.value.trim()) { event.preventDefault(); button.click(); }
    const back = card || (asking && asking.form === field.form && left);
    if (back && event.key === "Escape") home(back);
    return;
  }
  const key = event.key.toLowerCase(), step = { j: 1, k: -1 }[key];
  if (step) home(cards[Math.min(Math.max(at + step, 0), cards.length - 1)]);
  if (step || !card || !/^[armstx]$/.test(key)) return;
  const box = card.querySelector("input[name=pick]"), own = card.querySelector(`[data-key=${key}]`);
  const all = box && box.form.querySelector(`[data-all-key=${key}]`);
  event.preventDefault();
  if (key === "x") { if (box) box.checked = !box.checked; }
  else if (event.shiftKey) { if (all) press(all); }
  else if (own) press(own);
  else if (all) {
    for (const other of box.form.elements) if (other.name === "pick") other.checked = other === box;
    press(all);
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
