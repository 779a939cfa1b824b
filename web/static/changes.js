// What one part of the page does and others have to know of.
//
// viewer: somebody else looks. acted: what they did may change what comes next. ties: who may see
// what has changed. steered: they steer anew. asked: they ask for another feed. told: they are
// told something. meet: they look at somebody. posted: they wrote a post. known: their profile is
// another. unproven: the server does not know them (any more). waiting: for so many seconds,
// as the server asks. moment: time passed, and what is looked at may have changed.

const heard = new EventTarget();

export const tell = (what, detail) => heard.dispatchEvent(new CustomEvent(what, { detail }));
export const hear = (what, act) => heard.addEventListener(what, (event) => act(event.detail));
