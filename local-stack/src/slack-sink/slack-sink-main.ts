// The Slack stand-in as a separate process: `node slack-sink-main.ts PORT`.
import { LOOPBACK } from '../parts/part.ts';
import { slackSink } from './server.ts';

const port = Number(process.argv[2]);
const sink = slackSink();
process.once('SIGTERM', () => void sink.close());
await sink.listen({ port, host: LOOPBACK });
