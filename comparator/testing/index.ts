/** For tests of operations files: a gateway between two scripted services, and what the commands do. */
export { startGateway, type TestGateway } from '../test/running-gateway.ts';
export { json, type Upstream, upstream } from '../test/upstream.ts';
export type { CoreClient } from './gateway/core-client.ts';
export { promote } from './promote.ts';
