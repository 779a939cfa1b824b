// The endpoints, as everybody asks them (/openapi.json).

import { tell } from "./changes.js";
import { isOpen, random, saying, whose } from "./session.js";

const UNREACHED = "The server cannot be reached.";
/** The status of an answer to somebody who looks no more: nobody else is shown it. */
export const PASSED = -1;

/** What a request was refused with: `status` is 0 where no answer came. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export const get = (path, query, signal) => ask("GET", path, { query, signal });
export const put = (path, body) => ask("PUT", path, { body });
export const post = (path, body, signal) => ask("POST", path, { body, signal });
export const patch = (path, body) => ask("PATCH", path, { body });
export const remove = (path) => ask("DELETE", path, {});

/** A path with what it names, whatever letters that has. */
export function at(strings, ...names) {
  return String.raw({ raw: strings }, ...names.map(encodeURIComponent));
}

/** The request for an address, with who asks. */
export async function request(method, path, { query = {}, headers = {}, body, signal } = {}) {
  const who = saying(path);
  const asked = Object.entries({ ...query, ...who.query }).filter(([, value]) => value);
  const address = asked.length ? `${path}?${new URLSearchParams(asked)}` : path;
  const sent = { ...headers, ...who.headers };
  if (body !== undefined) sent["Content-Type"] = "application/json";
  // Sent again by whatever lies between, a write is still done once.
  if (method !== "GET") sent["Idempotency-Key"] = random();
  const text = body === undefined ? undefined : JSON.stringify(body);
  const told = { method, headers: sent, body: text, signal, credentials: "omit", redirect: "error" };
  try {
    return await fetch(address, told);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(0, UNREACHED);
  }
}

async function ask(method, path, told) {
  const asker = whose();
  const answer = await request(method, path, told);
  const said = await answer.json().catch(() => ({}));
  if (whose() !== asker) throw new Refused(PASSED, "Somebody else looks now.");
  if (answer.ok) return said;
  const refused = new Refused(answer.status, said.message ?? `The server answers ${answer.status}.`);
  if (answer.status === 401 && !isOpen) tell("unproven", refused);
  throw refused;
}
