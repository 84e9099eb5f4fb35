// Keeps an open page of the demo alive: every few seconds it asks whether the page changed, and if so swaps the
// middle of it. A page with a form that somebody may be filling in is left alone.
"use strict";
const middle = ".layout__article";
let seen = null;

async function look() {
  if (document.hidden || document.querySelector("textarea, input[type=password]")) return;
  const answer = await fetch(location.href, { cache: "no-cache", headers: seen ? { "If-None-Match": seen } : {} });
  const tag = answer.headers.get("ETag");
  if (!answer.ok || tag === null || tag === seen) return;
  const first = seen === null;
  seen = tag;
  if (first) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector(middle);
  const known = new Set([...document.querySelectorAll("[data-pk]")].map((post) => post.dataset.pk));
  for (const post of fresh.querySelectorAll("[data-pk]")) {
    if (!known.has(post.dataset.pk)) post.classList.add("is-new");
  }
  document.querySelector(middle).replaceWith(fresh);
}

// a failed look (the demo was stopped) is no news: the next one may do better
setInterval(() => look().catch(() => {}), 3000);
