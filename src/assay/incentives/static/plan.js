// A plan's text: its lines are numbered, lines with faults are marked, a fault or a value leads to its line.
"use strict";
const box = document.getElementById("plan-text");
const gutter = document.querySelector(".gutter");
const number = () => {
  const lines = box.value.split("\n").length;
  while (gutter.children.length > lines) gutter.lastChild.remove();
  while (gutter.children.length < lines) {
    const one = document.createElement("i");
    one.textContent = gutter.children.length + 1;
    gutter.append(one);
  }
};
const mark = () => {
  number();
  for (const one of gutter.querySelectorAll(".bad")) one.classList.remove("bad");
  for (const fault of document.querySelectorAll("#faults [data-line]")) {
    const line = gutter.children[fault.dataset.line - 1];
    if (line) line.classList.add("bad");
  }
};
const go = (line, focus) => {
  const lines = box.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  box.scrollTop = Math.max(0, (line - 6) * (box.scrollHeight / Math.max(lines.length, 1)));
  box.setSelectionRange(start, start + (lines[line - 1] || "").length);
  if (focus) box.focus({ preventScroll: true });
};
box.addEventListener("input", number);
box.addEventListener("scroll", () => { gutter.scrollTop = box.scrollTop; });
document.addEventListener("htmx:afterSettle", mark);
document.addEventListener("click", (event) => {
  const link = event.target.closest("#faults a[data-line]");
  if (link) { event.preventDefault(); go(Number(link.dataset.line), true); }
});
document.addEventListener("focusin", (event) => {
  if (event.target.matches(".sheets [data-line]")) go(Number(event.target.dataset.line), false);
});
mark();
