// Ticks or unticks every row of a form at once.
"use strict";
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-all]")) return;
  for (const box of event.target.form.querySelectorAll('input[name="pick"]')) box.checked = event.target.checked;
});
