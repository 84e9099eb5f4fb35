// Keeps an open page of the demo alive: every few seconds it asks whether the page changed, and if so swaps the
// middle of it. A page with a form that somebody may be filling in is left alone.
"use strict";
const middle = ".layout__article";
let seen = null;

async function look() {
  if (document.hidden || document.querySelector("textarea, input[type=password]")) return;
  const answer = await fetch(location.href, { cache: "no-store", headers: seen ? { "If-None-Match": seen } : {} });
  if (!answer.ok) return;
  seen = answer.headers.get("ETag");
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(middle);
  const old = document.querySelector(middle);
  if (fresh.textContent === old.textContent) return;
  const known = new Set([...old.querySelectorAll("[data-pk]")].map((post) => post.dataset.pk));
  for (const post of fresh.querySelectorAll("[data-pk]")) {
    if (!known.has(post.dataset.pk)) post.classList.add("is-new");
  }
  old.replaceWith(fresh);
}

// a failed look (the demo was stopped) is no news: the next one may do better
setInterval(() => look().catch(() => {}), 2000);
