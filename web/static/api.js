// The endpoints, as everybody asks them (/openapi.json).

import { hear, tell } from "./changes.js";
import { CREDENTIAL, isOpen, random, saying, whose } from "./session.js";
import { plural } from "./words.js";

/** The status of an answer to somebody who looks no more: nobody else is shown it. */
export const PASSED = -1;
const PATIENCE = 30_000;
/** Seconds for which the page waits by itself, where it is told to; for longer the reader says. */
const LONGEST_WAIT = 10;
const PASSED_BY = "Somebody else looks now.";
const SPREAD = 400;
const UNREACHED = "The server cannot be reached.";
const TOO_SLOW = "The server takes too long to answer.";
const UNPROVEN = `The server does not take your ${CREDENTIAL} (any more). Give it a new one.`;

/** What a request was refused with: `status` is 0 where no answer came. */
export class Refused extends Error {
  constructor(status, message, { wait = 0, errors = {} } = {}) {
    super(message);
    this.status = status;
    /** Seconds after which to ask again; 0: nobody said. */
    this.wait = wait;
    /** What is wrong with which field of what was sent. */
    this.errors = errors;
  }
}

export const get = (path, query, signal) => ask("GET", path, { query, signal });
export const put = (path, body) => ask("PUT", path, { body });
export const post = (path, body, signal) => ask("POST", path, { body, signal });
export const patch = (path, body) => ask("PATCH", path, { body });
export const remove = (path, body) => ask("DELETE", path, { body });

/** A path with what it names, whatever letters that has. */
export function at(strings, ...names) {
  // A browser takes these for steps in the path, however they are written.
  if (names.some((each) => each === "." || each === "..")) throw new Refused(404, "There is no such name.");
  return String.raw({ raw: strings }, ...names.map(encodeURIComponent));
}

/** The body of an answer that goes on for as long as the signal lets it. */
export async function stream(path, headers, signal) {
  const asker = whose();
  const answer = await request("GET", path, { headers, signal });
  if (!answer.ok) throw refusal(answer, await read(answer), asker);
  return answer.body;
}

/** A file, whole; it may take as long as it takes. */
export async function download(path) {
  const asker = whose();
  const answer = await request("GET", path, {});
  if (!answer.ok) throw refusal(answer, await read(answer), asker);
  const file = await reached(answer.blob());
  if (whose() !== asker) throw new Refused(PASSED, PASSED_BY);
  return file;
}

/** Whom a token is of, or null where it is nobody's; whoever looks goes on looking. */
export async function ownerOf(token) {
  const answer = await request("GET", "/profiles/me", { as: token, signal: AbortSignal.timeout(PATIENCE) });
  return answer.ok ? (await read(answer)).profile?.user_id ?? null : null;
}

// --- one request, and once more where the server says when

async function ask(method, path, told) {
  const asker = whose();
  const name = [asker, method, path, JSON.stringify(told.body)].join(" ");
  try {
    return await askOnce(asker, name, method, path, told);
  } catch (error) {
    if (error.name === "AbortError") unanswered.delete(name); // nobody waits for it any more
    if (!error.wait || error.wait > LONGEST_WAIT) throw error;
    tell("waiting", error.wait);
    // Not all at once that were refused at once.
    await new Promise((go) => setTimeout(go, error.wait * 1_000 + Math.random() * SPREAD));
    if (whose() !== asker) throw new Refused(PASSED, PASSED_BY);
    told.signal?.throwIfAborted();
    return askOnce(asker, name, method, path, told);
  }
}

async function askOnce(asker, name, method, path, { signal, ...told }) {
  const slow = AbortSignal.timeout(PATIENCE);
  const sent = { ...told, signal: signal ? AbortSignal.any([signal, slow]) : slow };
  const answer = await request(method, path, method === "GET" ? sent : { ...sent, key: keyOf(name) });
  const said = await read(answer);
  if (answer.status < 500 && answer.status !== 429) unanswered.delete(name);
  if (!answer.ok) throw refusal(answer, said, asker);
  if (whose() !== asker) throw new Refused(PASSED, PASSED_BY);
  return said;
}

// A write whose answer did not come may be done: sent again it has the key that it had, and is
// done once.
const unanswered = new Map();
hear("viewer", () => unanswered.clear());

function keyOf(name) {
  if (!unanswered.has(name)) unanswered.set(name, random());
  return unanswered.get(name);
}

async function request(method, path, { query = {}, headers = {}, body, key, as, signal }) {
  const who = saying(path, as);
  const asked = Object.entries({ ...query, ...who.query }).filter(([, value]) => value);
  const address = asked.length ? `${path}?${new URLSearchParams(asked)}` : path;
  const sent = { ...headers, ...who.headers };
  if (body !== undefined) sent["Content-Type"] = "application/json";
  if (key) sent["Idempotency-Key"] = key;
  const text = body === undefined ? undefined : JSON.stringify(body);
  const told = { method, headers: sent, body: text, signal, credentials: "omit", redirect: "error" };
  return reached(fetch(address, told));
}

/** What an answer says; one that is no JSON, as a proxy's may be, says nothing. */
async function read(answer) {
  const text = await reached(answer.text());
  try {
    return JSON.parse(text);
  } catch (error) {
    if (answer.ok) throw new Refused(0, UNREACHED);
    return {};
  }
}

async function reached(coming) {
  try {
    return await coming;
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(0, error.name === "TimeoutError" ? TOO_SLOW : UNREACHED);
  }
}

function refusal({ status, headers }, said, asker) {
  if (whose() !== asker) return new Refused(PASSED, PASSED_BY);
  const wait = Math.max(0, Number.parseInt(headers.get("Retry-After") ?? "0", 10) || 0);
  const refused = new Refused(status, inWords(status, said, wait), { wait, errors: said.errors });
  if (status === 401 && !isOpen) tell("unproven", refused);
  return refused;
}

function inWords(status, said, wait) {
  if (status === 401 && !isOpen) return UNPROVEN;
  if (status === 429) return `You ask more often than the server answers. Try again in ${plural(wait || 1, "second")}.`;
  if (said.message) return said.message;
  return status >= 500 ? `The server has trouble (${status}). Try again in a while.` : `The server answers ${status}.`;
}
