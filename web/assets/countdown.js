// SPDX-License-Identifier: MIT
// Counts the seconds that a code is valid, from the moment on at which the
// person comes back from the consent page, and sends an address once it is pasted.
const box = document.querySelector(".countdown");
const [bar, text] = [box.querySelector("progress"), box.querySelector("span")];
const field = document.querySelector("#address");
let left = false; // the page was left for the consent page
let timer;

function start() {
  if (!left || document.hidden) return;
  left = false;
  box.hidden = false;
  field.focus();
  const end = Date.now() + bar.max * 1000;
  clearInterval(timer);
  timer = setInterval(() => tick(end), 250);
  tick(end);
}

function tick(end) {
  const seconds = Math.max(0, Math.ceil((end - Date.now()) / 1000));
  bar.value = seconds;
  const words = seconds > 0 ? box.dataset.left.replace("%d", seconds) : box.dataset.late;
  if (text.textContent !== words) text.textContent = words;
  if (seconds === 0) clearInterval(timer);
}

document.querySelector("#consent").addEventListener("click", () => { left = true; });
document.addEventListener("visibilitychange", start);
window.addEventListener("focus", start);
field.addEventListener("paste", () => setTimeout(() => {
  if (/[?&]code=/.test(field.value) && /[?&]state=/.test(field.value)) field.form.requestSubmit();
}));
