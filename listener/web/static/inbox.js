// Comfort only: every page does its work without this file.
"use strict";

// Puts a suggestion into the box without a trip to the server; the browser's undo still takes it back.
function useDraft(button) {
  const box = document.getElementById("text");
  const draft = document.getElementById(button.dataset.use).textContent;
  const untouched = box.value.trim() === "" || box.value === box.dataset.filled;
  if (!untouched && !window.confirm(box.dataset.replace)) return;
  box.focus();
  box.select();
  if (!document.execCommand("insertText", false, draft)) box.value = draft;
  box.dataset.filled = box.value;
  box.setSelectionRange(0, 0);
  box.scrollTop = 0;
  box.scrollIntoView({ block: "nearest" });
}

async function copyText(button) {
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
  button.textContent = button.dataset.copied;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button === null) return;
  if (button.dataset.use !== undefined) {
    event.preventDefault();
    useDraft(button);
  } else if (button.dataset.copy !== undefined) {
    copyText(button);
  }
});

// Another tone: the suggestions are made anew, what was typed stays.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-tune]")) event.target.form.requestSubmit(document.getElementById("tune"));
});

// One press, one approval: the server would refuse the second anyway.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((f) => delete f.dataset.sent));

// Colleagues see who writes: the first letter takes the lock, writing on keeps it, leaving without sending gives it back.
const box = document.querySelector("[data-answering]");
let held = 0;

function sayAnswering(what, quiet) {
  const fields = new URLSearchParams({ csrf: box.form.elements.csrf.value });
  return fetch(`${box.dataset.answering}/${what}`, { method: "POST", body: fields, keepalive: quiet, redirect: "error" });
}

if (box !== null) {
  box.addEventListener("input", () => {
    if (Date.now() - held < 60000) return;
    held = Date.now();
    sayAnswering("answering", false).then(() => refresh()).catch(() => {});
  });
  window.addEventListener("pagehide", () => { if (held) sayAnswering("stop-answering", true).catch(() => {}); });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  const links = [...document.querySelectorAll("a.excerpt")];
  const at = links.indexOf(document.activeElement);
  if (event.key === "j" && links.length) links[Math.min(at + 1, links.length - 1)].focus();
  else if (event.key === "k" && links.length) links[Math.max(at - 1, 0)].focus();
  else if (event.key === "/" || event.key === "r") {
    const box = document.querySelector(event.key === "/" ? "input[type=search]" : "#text");
    if (box === null) return;
    event.preventDefault();
    box.focus();
  }
});

// Keeps what is on the screen fresh: fetches the same page and swaps the parts marked data-live, except one that a
// person is in the middle of using. What the server said last is remembered, because opened folds alter the page.
const said = new Map();
const parts = () => [...document.querySelectorAll("[data-live]")];

function refreshPart(part, next) {
  const name = part.dataset.live;
  const busy = part.contains(document.activeElement) && document.activeElement.matches("input, textarea, select, button");
  if (busy || said.get(name) === next.innerHTML) return;
  said.set(name, next.innerHTML);
  const focused = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  part.replaceWith(document.importNode(next, true));
  if (focused) document.querySelector(`[data-live="${name}"] a[href="${CSS.escape(focused)}"]`)?.focus();
}

// Somebody who has begun to write keeps the version they read, and is told; the server refuses a stale one anyway.
function followVersion(page) {
  const version = page.querySelector("[data-version]")?.dataset.version;
  const fields = [...document.querySelectorAll("input[name=version]")];
  if (version === undefined || fields.every((field) => field.value === version)) return;
  const box = document.getElementById("text");
  if (box !== null && (box.value.trim() !== "" || box === document.activeElement)) {
    document.getElementById("changed").hidden = false;
  } else {
    fields.forEach((field) => { field.value = version; });
  }
}

async function refresh() {
  if (document.hidden) return;
  const ticket = document.querySelector("[data-ticket]");
  const address = ticket ? `/tickets/${ticket.dataset.ticket}` : location.pathname + location.search;
  const answer = await fetch(address, { redirect: "error" });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  followVersion(page);
  for (const part of parts()) {
    const next = page.querySelector(`[data-live="${part.dataset.live}"]`);
    if (next) refreshPart(part, next);
  }
  if (!ticket) document.title = page.title;
}

document.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = false; });
if (parts().length) {
  parts().forEach((part) => said.set(part.dataset.live, part.innerHTML));
  // a service that is away for a moment is asked again at the next turn
  setInterval(() => refresh().catch(() => {}), 4000);
}
