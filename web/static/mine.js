// The viewer's own profile: what they say of themself, how they feel, what interests them.

import { at, get, patch, put, remove } from "./api.js";
import { later, listFrom } from "./arriving.js";
import { tell } from "./changes.js";
import { ownData } from "./data.js";
import { h } from "./dom.js";
import { formOf } from "./forms.js";
import { refresh } from "./panels.js";
import { act, empty, oneField } from "./parts.js";
import { postRow } from "./posts.js";
import { say } from "./say.js";
import { moment } from "./words.js";

export const PRIVACIES = [
  ["public", "Everybody"],
  ["friends", "Friends"],
  ["private", "Nobody else"],
];
const FIELDS = [
  { name: "first_name", label: "First name", maxlength: 50 },
  { name: "last_name", label: "Last name", maxlength: 50 },
  { name: "bio", label: "About you", kind: "lines", rows: 3, maxlength: 500 },
  { name: "job", label: "What you do", maxlength: 100 },
  { name: "location", label: "Where you are", maxlength: 100 },
  {
    name: "picture_url", label: "Address of your picture", kind: "address", maxlength: 2000,
    hint: "Others get it as a link, and never load it unasked.",
  },
  {
    name: "privacy", label: "Who sees your profile, and at most your posts", kind: "choice",
    options: PRIVACIES,
  },
];
const POSTS = { name: "posts", query: { page_size: 5 }, row: postRow, otherwise: "You wrote nothing yet." };

/** One's own profile; `head` shows one as others see it. */
export async function own(head) {
  const { profile } = await get("/profiles/me");
  const place = h("div", { class: "later" });
  const show = () => place.replaceChildren(head(profile), seen(profile), act("Edit your profile", edit));
  const edit = () => {
    const does = async (told) => {
      await patch("/profiles/me", told);
      say("Your profile is changed.");
      tell("known");
      refresh("person");
    };
    const form = formOf(FIELDS, { button: "Save", does, values: profile, leave: show });
    place.replaceChildren(form);
    form.querySelector("input").focus();
  };
  show();
  return [place, feeling(profile.mood), later(interests), listFrom("Your posts", "/posts", POSTS), ownData()];
}

function seen({ privacy }) {
  const [, who] = PRIVACIES.find(([each]) => each === privacy) ?? PRIVACIES[0];
  return empty(`Seen by: ${who.toLowerCase()}.`);
}

function feeling(mood) {
  const feel = async (word) => {
    const told = await put("/profiles/me/mood", { mood: word });
    changed(`Your feeds are ${told.mood.mood} ones first, for 12 hours.`);
  };
  const drop = async () => {
    await remove("/profiles/me/mood");
    changed("Your feeds are in no mood.");
  };
  const now = mood && `You feel ${mood.mood}, and your feeds know until ${moment(mood.until)}.`;
  return h(
    "section",
    {},
    h("h3", {}, "How you feel"),
    empty(now || "You did not say. Nobody else is told; your feeds follow it for 12 hours."),
    oneField({ label: "A word for how you feel", button: "Say it", does: feel, maxlength: 200 }),
    mood && act("Say it no more", drop, { kind: "quiet small" }),
  );
}

async function interests() {
  const { interests: picked } = await get("/interests", { page_size: 100 });
  const pick = async (tag) => {
    await put(at`/interests/${tag}`);
    changed("Picked.");
  };
  const drop = (tag) => async () => {
    await remove(at`/interests/${tag}`);
    changed("Dropped.");
  };
  const chip = (tag) =>
    h("li", {}, act(`#${tag}`, drop(tag), { kind: "chip", drawn: "close", "aria-label": `Drop ${tag}` }));
  return [
    h(
      "section",
      {},
      h("h3", {}, "What interests you"),
      picked.length
        ? h("ul", { class: "chips" }, ...picked.map(chip))
        : empty("Pick a few tags, and your feed begins with them."),
      oneField({ label: "A tag", button: "Pick", does: pick, maxlength: 100 }),
    ),
  ];
}

function changed(sentence) {
  tell("acted");
  say(sentence);
  refresh("person");
}
