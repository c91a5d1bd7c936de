// The search box: suggestions under it, chosen by arrows, closed by Escape. Without script it is a form.
"use strict";
(() => {
  const box = document.getElementById("seek");
  const list = document.getElementById("seek-list");
  if (!box) return;
  const options = () => [...list.querySelectorAll("[role=option]")];
  const show = (open) => {
    list.hidden = !open;
    box.setAttribute("aria-expanded", String(open));
    if (!open) box.removeAttribute("aria-activedescendant");
  };
  const choose = (at) => {
    options().forEach((option, n) => {
      option.id = `seek-${n}`;
      option.setAttribute("aria-selected", String(n === at));
      if (n === at) {
        box.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      }
    });
  };
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.target === list) { show(Boolean(box.value.trim()) && list.children.length > 0); choose(-1); }
  });
  box.addEventListener("keydown", (event) => {
    const all = options();
    const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && !list.hidden && all.length) {
      event.preventDefault();
      choose((at + step + all.length + (at < 0 && step < 0 ? 1 : 0)) % all.length);
    } else if (event.key === "Enter" && !list.hidden && at >= 0) {
      event.preventDefault();
      all[at].click();
    } else if (event.key === "Escape") {
      if (list.hidden) box.blur();
      event.preventDefault();
      show(false);
    }
  });
  box.addEventListener("focus", () => show(Boolean(box.value.trim()) && options().length > 0));
  document.addEventListener("click", (event) => { if (!event.target.closest(".seek")) show(false); });
  document.addEventListener("focusin", (event) => { if (!event.target.closest(".seek")) show(false); });
})();
