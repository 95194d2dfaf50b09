// One tab after the other. Only where the browser has locks: on plain http in closed networks it has none.

/** Run `work`, which never rejects, when no other tab is at the thing of this name; without locks at once. A tab that goes
 *  away gives up its turn with it. */
export const inTurn = (name, work, locks = globalThis.navigator?.locks) =>
  locks ? locks.request(name, () => work()).catch(() => work()) : work(); // locks that are forbidden refuse every request
