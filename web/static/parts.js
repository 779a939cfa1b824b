// The small parts of which cards and panels are made.

import { tell } from "./changes.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { doing } from "./say.js";
import { isKnown } from "./session.js";
import { hue, initials } from "./words.js";

/** Somebody's letters in their colour: their picture may lie on a foreign host. */
export function avatar(name) {
  return h("span", { class: `avatar ${hue(name)}`, "aria-hidden": "true" }, initials(name));
}

/** A button that does something; a refusal is said. */
export function act(label, does, { kind = "", drawn = null, ...attributes } = {}) {
  const button = h("button", { type: "button", class: `button ${kind}`, ...attributes });
  button.append(...[drawn && icon(drawn), h("span", { class: "label" }, label)].filter(Boolean));
  button.addEventListener("click", () => doing(button, () => does(button)));
  return button;
}

/** A button for what cannot be undone: it asks once more. */
export function actTwice(label, again, does, options = {}) {
  const button = act(label, (pressed) => {
    if (pressed.dataset.asked) return does(pressed);
    pressed.dataset.asked = "yes";
    pressed.querySelector(".label").textContent = again;
    return undefined;
  }, options);
  button.addEventListener("blur", () => {
    delete button.dataset.asked;
    button.querySelector(".label").textContent = label;
  });
  return button;
}

/** Somebody's name, which leads to them where the reader may meet people. */
export function nameOf(called, id) {
  if (!id || !isKnown()) return h("strong", {}, called);
  const meet = () => tell("meet", id);
  return h("button", { type: "button", class: "name", on: { click: meet } }, called);
}

/** Somebody in a list, with what may be done. */
export function personRow(person, told, ...acts) {
  const name = person ? person.name || person.username : "Somebody whom you may not see";
  return h(
    "li",
    { class: "row" },
    avatar(person ? name : "?"),
    h("div", { class: "row-text" }, nameOf(name, person?.user_id), told && h("small", {}, told)),
    h("div", { class: "row-acts" }, ...acts),
  );
}

export const empty = (sentence) => h("p", { class: "empty" }, sentence);

/** A titled list, or a sentence where nothing is in it. */
export function listed(title, rows, otherwise) {
  if (!rows.length && !otherwise) return null;
  const list = rows.length ? h("ul", { class: "rows" }, ...rows) : empty(otherwise);
  return h("section", {}, h("h3", {}, title), list);
}

/** A form of one field; what is typed goes to `does`, which may refuse. */
export function oneField({ label, button, does, many = false, value = "", hint = null, ...attributes }) {
  const kind = many ? "textarea" : "input";
  const field = h(kind, { "aria-label": label, placeholder: label, required: true, autocomplete: "off", dir: "auto", ...attributes });
  field.value = value;
  const send = h("button", { type: "submit", class: "button primary" }, button);
  const form = h("form", { class: "one-field" }, field, send, hint && h("small", {}, hint));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    doing(send, async () => {
      await does(field.value.trim());
      field.value = "";
    });
  });
  return form;
}
