// Keys of a list: J and K go from row to row, Enter opens, X ticks. Without script rows are links and boxes.
"use strict";
(() => {
  const form = document.querySelector("[data-list]");
  if (!form) return;
  const rows = [...form.querySelectorAll("tbody tr")];
  const box = (row) => row.querySelector("input[name=pick]");
  const mark = () => rows.forEach((row) => { if (box(row)) row.classList.toggle("ticked", box(row).checked); });
  rows.forEach((row) => { row.tabIndex = -1; });
  form.addEventListener("change", () => setTimeout(mark));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=checkbox]),textarea,select,[role=listbox]")) return;
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const key = event.key.toLowerCase(); // with Caps Lock too
    const step = { j: 1, k: -1 }[key];
    if (step) {
      event.preventDefault();
      rows[Math.min(Math.max(at + step, 0), rows.length - 1)].focus();
    } else if (at >= 0 && key === "x" && box(rows[at])) {
      event.preventDefault();
      box(rows[at]).checked = !box(rows[at]).checked;
      mark();
    } else if (at >= 0 && event.key === "Enter" && document.activeElement === rows[at]) {
      const link = rows[at].querySelector("a");
      if (link) { event.preventDefault(); link.click(); }
    }
  });
})();
