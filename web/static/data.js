// All that is the viewer's: to take along, or to be erased.

import { download, remove } from "./api.js";
import { h } from "./dom.js";
import { formOf } from "./forms.js";
import { act, empty } from "./parts.js";
import { say } from "./say.js";
import { become } from "./session.js";

const LEAVING = [
  {
    name: "confirm", label: "Your username, to be sure", required: true, spellcheck: "false", maxlength: 200,
    hint: "Profile, posts, comments, likes, friendships: all is erased, and there is no way back.",
  },
];

/** A door behind which one takes one's data along, or leaves. */
export function ownData() {
  const leave = formOf(LEAVING, { button: "Leave for good", does: gone });
  return h(
    "details",
    {},
    h("summary", {}, "Your data"),
    h("div", { class: "later" }, act("Take it along as a file", take), empty("Or leave:"), leave),
  );
}

async function take() {
  const address = URL.createObjectURL(await download("/profiles/me/export"));
  h("a", { href: address, download: "resonance-export.zip" }).click();
  URL.revokeObjectURL(address);
  say("Your data is in the file that your browser keeps.");
}

async function gone({ confirm = "" }) {
  await remove("/profiles/me", { confirm });
  become(null);
  say("All that was yours is erased.");
}
