// Files that were chosen and have not reached the server yet, kept in this browser under the person's id: a reload in
// the middle of an upload loses nothing, and nothing goes out under another name. Where the browser keeps nothing
// (private mode, no space left) a Map stands in for as long as the page lives.

const BASE = 'hub-files';
const STORE = 'unsent';

export function createKeeper(factory = safely(() => globalThis.indexedDB)) {
  const memory = new Map();
  let opening = null;
  const base = () => (opening ??= open(factory));

  async function ask(mode, work) {
    try {
      const transaction = (await base()).transaction(STORE, mode);
      const request = work(transaction.objectStore(STORE));
      return await new Promise((resolve, reject) => {
        transaction.oncomplete = () => resolve(request.result);
        transaction.onerror = transaction.onabort = () => reject(transaction.error);
      });
    } catch {
      return undefined;
    }
  }

  return {
    /** True when it is kept; until then, and else for good, this page is its only place. */
    async put(key, file, name) {
      memory.set(key, { file, name });
      const kept = (await ask('readwrite', (store) => store.put({ file, name }, key))) !== undefined;
      if (kept) memory.delete(key);
      return kept;
    },
    remove(key) {
      memory.delete(key);
      return ask('readwrite', (store) => store.delete(key));
    },
    /** The keys that begin so. */
    async keys(prefix) {
      const kept = (await ask('readonly', (store) => store.getAllKeys())) ?? [];
      return [...new Set([...memory.keys(), ...kept])].filter((key) => key.startsWith(prefix));
    },
    /** {file, name}, or undefined. */
    get: async (key) => memory.get(key) ?? ask('readonly', (store) => store.get(key)),
    /** What is lost with this page. */
    fleeting: () => [...memory.keys()],
  };
}

function open(factory) {
  return new Promise((resolve, reject) => {
    const request = factory.open(BASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error('blocked'));
  });
}

function safely(action) {
  try {
    return action();
  } catch {
    return null;
  }
}
