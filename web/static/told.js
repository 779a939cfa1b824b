// What the viewer wants to be told, and what not.

import { get, put } from "./api.js";
import { later } from "./arriving.js";
import { h } from "./dom.js";
import { doing, say } from "./say.js";

const KINDS = {
  friend_request: "Somebody would like to be your friend",
  friend_accepted: "Somebody accepts your request",
  reaction: "Somebody likes or reacts to a post of yours",
  comment: "Somebody comments on a post of yours",
  reply: "Somebody answers you",
  mention: "Somebody mentions you",
  share: "Somebody shares a post of yours",
  group_request: "Somebody asks to join a group that you govern",
  group_accepted: "You are let into a group",
  group_invitation: "You are invited to a group",
  group_post: "Somebody posts in a group of yours",
};

/** A door behind which one chooses; read once it is opened. */
export function choosing() {
  const door = h("details", {}, h("summary", {}, "What you are told"));
  door.addEventListener("toggle", () => door.open && door.append(later(choices)), { once: true });
  return door;
}

async function choices() {
  const { preferences } = await get("/notifications/preferences");
  return Object.entries(preferences).map(([kind, told]) => choice(kind, told));
}

function choice(kind, told) {
  const box = h("input", { type: "checkbox", checked: told });
  box.addEventListener("change", async () => {
    const wanted = box.checked;
    let kept = false;
    await doing(box, async () => {
      await put("/notifications/preferences", { [kind]: wanted });
      kept = true;
      say(wanted ? "You are told of it." : "You are not told of it any more.", { quiet: true });
    });
    if (!kept) box.checked = !wanted;
  });
  return h("label", { class: "choice" }, box, KINDS[kind] ?? kind);
}
