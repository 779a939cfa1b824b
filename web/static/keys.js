// By keyboard: j and k go from post to post, l likes, c comments, w says why, / searches, Escape leaves a
// room.

import { open } from "./panels.js";

const ACTS = { l: ".acts .button:nth-child(1)", w: ".why-button", c: ".acts .button:nth-child(4)" };

export function startKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return leave(event.target);
    const typing = event.target.closest("input, textarea, select, dialog:modal");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return undefined;
    if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
    else if (event.key === "/") open("search");
    else if (!press(event.key)) return undefined;
    event.preventDefault();
    return undefined;
  });
}

// Sheets close by themselves; a room beside the feed closes likewise, but for a search that is cleared.
function leave(from) {
  if (!from.closest("input[type='search']")?.value) from.closest("dialog:not(:modal)")?.close();
}

function step(by) {
  const cards = [...document.querySelectorAll("#feed > .card")];
  const now = cards.findIndex((card) => card.contains(document.activeElement));
  const next = cards[Math.max(0, Math.min(cards.length - 1, now + by))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function press(key) {
  const button = ACTS[key] && document.activeElement.closest(".card")?.querySelector(ACTS[key]);
  button?.click();
  return Boolean(button);
}
