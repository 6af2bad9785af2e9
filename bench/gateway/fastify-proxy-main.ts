import proxy from '@fastify/http-proxy';
import fastify from 'fastify';

/** A bare Fastify reverse proxy: the least cost of passing a request on in this Node. */
const [port = '0', upstream = ''] = process.argv.slice(2);
const app = fastify();
await app.register(proxy, { upstream });
await app.listen({ port: Number(port), host: '127.0.0.1' });
