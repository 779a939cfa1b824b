// Forms of several fields; what is wrong with one is said beside it.

import { h } from "./dom.js";
import { act } from "./parts.js";
import { doing, say } from "./say.js";
import { inField, ofField } from "./words.js";

let made = 0;

const words = (kind) => ({
  make: (value, told) => filled(h(kind, { autocomplete: "off", dir: "auto", ...told }), value ?? ""),
  read: (element) => element.value.trim(),
});
/** How what is known becomes an element, and what is in that is told. */
const KINDS = {
  text: words("input"),
  lines: words("textarea"),
  address: {
    make: (value, told) => filled(h("input", { type: "url", autocomplete: "off", placeholder: "https://", ...told }), value ?? ""),
    read: (element) => element.value.trim(),
  },
  names: {
    make: (value, told) => filled(h("input", { autocomplete: "off", dir: "auto", ...told }), (value ?? []).join(", ")),
    read: (element) => element.value.split(",").map((each) => each.trim()).filter(Boolean),
  },
  choice: {
    make: (value, { options, ...told }) =>
      filled(h("select", told, ...options.map(([option, label]) => h("option", { value: option }, label))), value ?? options[0][0]),
    read: (element) => element.value,
  },
  moment: {
    make: (value, told) => filled(h("input", { type: "datetime-local", ...told }), inField(value)),
    read: (element) => ofField(element.value),
  },
};

/** A form; `does` gets what was changed in it, by name, and may be refused.
 *
 * A field has a `name`, a `label`, and what its element is to have; `kind` is one of the above,
 * `hint` stands under it, and those that are `more` are behind a door of their own. */
export function formOf(fields, { button, does, values = {}, leave = null }) {
  const made = fields.map((field) => fieldOf(field, values[field.name]));
  const [plain, rest] = [made.filter((each) => !each.more), made.filter((each) => each.more)];
  const door = rest.length > 0 && h("details", {}, h("summary", {}, "More"), ...rest.map((each) => each.element));
  const send = h("button", { type: "submit", class: "button primary" }, h("span", { class: "label" }, button));
  const under = h("div", { class: "row-acts" }, send, leave && act("Never mind", leave, { kind: "quiet" }));
  const form = h("form", { class: "fields" }, ...plain.map((each) => each.element), door, under);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    doing(send, async () => {
      for (const each of made) each.blame("");
      try {
        await does(changed(made));
      } catch (error) {
        if (!blame(made, error.errors ?? {}, door)) throw error;
        say(error.message, { quiet: true });
      }
    });
  });
  return form;
}

function changed(made) {
  const told = made.filter((each) => JSON.stringify(each.read()) !== each.was);
  return Object.fromEntries(told.map((each) => [each.name, each.read()]));
}

/** Says beside each field what is wrong with it; whether there was any. */
function blame(made, errors, door) {
  const wrong = made.filter((each) => errors[each.name]);
  for (const each of wrong) each.blame(errors[each.name]);
  if (door && wrong.some((each) => each.more)) door.open = true;
  wrong[0]?.focus();
  return wrong.length > 0;
}

function fieldOf({ name, label, kind = "text", hint = null, more = false, ...told }, value) {
  const id = `field-${++made}`;
  const { make, read } = KINDS[kind];
  const error = h("p", { class: "wrong", id: `${id}-wrong`, hidden: true });
  const under = hint && h("small", { id: `${id}-hint` }, hint);
  const input = make(value, { id, ...told, "aria-describedby": [under?.id, error.id].filter(Boolean).join(" ") });
  const element = h("div", { class: "field" }, h("label", { for: id }, label), input, under, error);
  const blame = (sentence) => {
    input.setAttribute("aria-invalid", String(Boolean(sentence)));
    error.textContent = sentence;
    error.hidden = !sentence;
  };
  const now = () => read(input);
  return { name, more, element, read: now, was: JSON.stringify(now()), blame, focus: () => input.focus() };
}

function filled(element, value) {
  element.value = value;
  return element;
}
