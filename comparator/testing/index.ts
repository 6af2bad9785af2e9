/** For tests of operations files: a gateway between two scripted services, and what the commands do. */
export type { CoreClient } from '../src/gateway/core-client.ts';
export { promote } from '../src/promote.ts';
export { startGateway, type TestGateway } from './running-gateway.ts';
export { json, type Upstream, upstream } from './upstream.ts';
