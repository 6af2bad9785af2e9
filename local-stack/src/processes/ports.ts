import { once } from 'node:events';
import { connect } from 'node:net';
import getPort from 'get-port';

/** Below the ports that systems give to outgoing connections, above the well-known ports of databases. */
const LOWEST_PORT = 20_000;
const HIGHEST_PORT = 32_000;
const CANDIDATES = 50;

/**
 * A free port, chosen at random so that two stacks that start together rarely choose the same one.
 * get-port does not return the same port twice within this process.
 */
export async function freePort(random: () => number = Math.random): Promise<number> {
  const span = HIGHEST_PORT - LOWEST_PORT;
  const candidates = Array.from({ length: CANDIDATES }, () => LOWEST_PORT + Math.floor(random() * span));
  return await getPort({ port: candidates });
}

/** Whether a process listens on this port of the loopback interface. */
export async function acceptsConnections(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1', timeout: 1_000 });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
