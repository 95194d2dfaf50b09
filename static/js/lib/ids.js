// Ids made by the browser. getRandomValues also exists where crypto.randomUUID does not: on plain http in a closed network.

/** 22 URL-safe characters, 132 random bits. */
export function clientId() {
  const bytes = crypto.getRandomValues(new Uint8Array(22));
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return Array.from(bytes, (byte) => letters[byte & 63]).join('');
}
