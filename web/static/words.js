// How the page says times, numbers and names.

const STEPS = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const HUES = 8;

/** Seconds since 1970 as "3 days ago"; "" where the time is not known. */
export function ago(seconds) {
  if (!seconds) return "";
  const past = seconds - Date.now() / 1000;
  const [unit, length] = STEPS.find(([, step]) => Math.abs(past) >= step) ?? ["", 0];
  return length ? relative.format(Math.round(past / length), unit) : "just now";
}

const SAME_YEAR = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };

/** Seconds since 1970 as a day and a time where the reader is; with `until`, to that one. */
export function moment(seconds, until = null) {
  const [when, end] = [seconds, until ?? seconds].map((each) => new Date(each * 1000));
  const year = when.getFullYear() === new Date().getFullYear() ? {} : { year: "numeric" };
  return new Intl.DateTimeFormat("en-GB", { ...SAME_YEAR, ...year }).formatRange(when, end);
}

/** The same as a field for a day and a time has it; "" of null. */
export function inField(seconds) {
  if (!seconds) return "";
  const here = new Date(seconds * 1000);
  here.setMinutes(here.getMinutes() - here.getTimezoneOffset());
  return here.toISOString().slice(0, 16);
}

/** What such a field says, as seconds; null where it is empty. */
export const ofField = (told) => (told ? Math.floor(new Date(told).getTime() / 1000) : null);

export const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

/** One or two letters that stand for somebody. */
export function initials(name) {
  const words = name.replace(/([a-z])([A-Z])/g, "$1 $2").split(/[\s_.-]+/).filter(Boolean);
  return words.slice(0, 2).map((word) => [...word][0].toUpperCase()).join("") || "?";
}

/** The same of a few colours for a name, every time. */
export function hue(name) {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)) % 65_521;
  return `hue-${sum % HUES}`;
}

/** An address of the web, or null: nobody's words become a link that runs. */
export function webAddress(told) {
  if (!URL.canParse(told)) return null;
  const address = new URL(told);
  return ["http:", "https:"].includes(address.protocol) ? address : null;
}
