// The only file that opens a socket. It knows events and acks, not what they are about.

import { io } from '../../vendor/socket.io.esm.min.js';

const ACK_MS = 8_000;
const SIGNED_OUT_MS = 10_000;
const RETURN_MIN_MS = 300;
const RETURN_MAX_MS = 3_000;
const HEARD = ['feed', 'feed:heads', 'feed:closed', 'typing', 'session:ended'];

/** `listen(name, data)` is called for each of HEARD; `status(word)` with live, connecting or signed_out.
 *  -> {send(event, payload), close(), connected()}. `connect`, `later` and `random` are for tests. */
export function openSocket({ pollingOnly, listen, status, connect = io, later = setTimeout, random = Math.random }) {
  const socket = connect({
    transports: pollingOnly ? ['polling'] : ['polling', 'websocket'],
    reconnectionDelay: 1_500,
    reconnectionDelayMax: 3_000, // the server lets in one after the other; who comes late only waits longer
    randomizationFactor: 0.8, // after an outage everybody comes back, but not in the same instant
  });
  let closed = false;
  const comeBack = (wait) => later(() => !closed && socket.connect(), wait);
  const soon = () => RETURN_MIN_MS + random() * (RETURN_MAX_MS - RETURN_MIN_MS);
  let heard = 0; // packets of any kind
  socket.io?.on('open', () => socket.io.engine.on('packet', () => (heard += 1)));
  for (const name of HEARD) socket.on(name, (data) => listen(name, data));
  socket.on('connect', () => status('live'));
  socket.on('session:ended', () => status('signed_out'));
  socket.on('disconnect', () => {
    if (closed) return;
    if (!socket.active) comeBack(soon()); // cut by the server: whether it may come back is for the server to say
    status('connecting');
  });
  socket.on('connect_error', (fault) => {
    const refused = (fault?.data?.code ?? fault?.message) === 'signed_out';
    // A refusal ends the library's own attempts. Signing in again in another tab revives this one.
    if (!socket.active) comeBack(refused ? SIGNED_OUT_MS : soon());
    status(refused ? 'signed_out' : 'connecting');
  });
  return {
    send: (event, payload) => send(socket, event, payload, () => heard),
    connected: () => socket.connected,
    close() {
      closed = true;
      socket.disconnect();
    },
  };
}

/** Half-open: a middlebox forgot the connection and tells nobody; pings would show it after most of a minute. An event
 *  without an ack while nothing else was heard either is reason enough to begin a new one. */
function send(socket, event, payload, heard) {
  if (!socket.connected) return Promise.reject({ code: 'offline', message: '' });
  const [engine, before] = [socket.io?.engine, heard()];
  return new Promise((resolve, reject) => {
    socket.timeout(ACK_MS).emit(event, payload, (fault, ack) => {
      if (fault && heard() === before && socket.io?.engine === engine) engine?.close();
      if (fault) reject({ code: 'timeout', message: '' });
      else if (ack?.ok) resolve(ack.data);
      else reject(ack?.error ?? { code: 'unavailable', message: '' });
    });
  });
}
