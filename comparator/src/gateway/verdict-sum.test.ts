import { STAGE_NAMES, VERDICTS } from '@core-exit/rollout';
import { fakeRollout } from '@core-exit/rollout/testing';
import fc from 'fast-check';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { thingOrder, thingRead, thingService } from '../../test/service.ts';
import { Answer } from '../engine/index.ts';
import { Tally } from '../store/tally.ts';
import type { Call } from '../verdict/call.ts';
import type { CoreClient, Sink } from './core-client.ts';
import { dualCall } from './dual-call.ts';
import { type Gateway, readyOperation } from './gateway.ts';
import { Tails } from './tails.ts';

const answered = (status: number, body: string, type = 'application/json'): Call => ({
  kind: 'answered',
  answer: new Answer(status, { 'content-type': type }, Buffer.from(body)),
  rawHeaders: [],
  ms: 1,
});

/** A customer who looks at nothing. */
const nobody: Sink = {
  inform: () => undefined,
  begin: () => undefined,
  write: () => true,
  end: () => undefined,
  cut: () => undefined,
};

/** Whatever a core may do, including answers nobody foresaw. */
const call: fc.Arbitrary<Call> = fc.oneof(
  fc.constantFrom('unreachable', 'timeout', 'broken', 'too-large').map(
    (failure): Call => ({
      kind: 'failed',
      failure: failure as 'timeout',
      wasSent: failure !== 'unreachable',
      ms: 1,
    }),
  ),
  fc
    .tuple(
      fc.constantFrom(200, 201, 204, 400, 401, 404, 409, 418, 429, 500, 503),
      fc.oneof(
        fc.constantFrom('{"amount":"99"}', '{"amount":"98"}', '', '{', 'null', '{"a":1,"a":1}'),
        fc.json(),
      ),
      fc.constantFrom('application/json', 'text/html', ''),
    )
    .map(([status, body, type]) => answered(status, body, type)),
);

const oneRequest = fc.record({
  primary: call,
  shadow: call,
  stage: fc.constantFrom(...STAGE_NAMES),
  hasSubject: fc.boolean(),
  operation: fc.constantFrom(thingRead, thingOrder),
  hookBreaks: fc.boolean(),
});

test('law: every request ends in exactly one verdict, whatever cores, flag and operations file do', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(oneRequest, { maxLength: 30 }),
      fc.nat(3),
      fc.nat(3),
      async (requests, slots, queue) => {
        const tally = new Tally();
        const rollout = fakeRollout();
        const shadows = new Tails(slots + 1, queue);
        const seen: string[] = [];
        const answers = new Map<string, Call>();
        const core = (name: string): CoreClient => ({
          call: async ({ path }) => {
            await Promise.resolve();
            return answers.get(`${name} ${path.split('/')[2]}`) as Call;
          },
          close: async () => undefined,
        });
        const gateway: Gateway = {
          service: thingService,
          serviceToken: 't',
          deadlines: { primaryMs: 1, shadowMs: 1, followUpMs: 1 },
          rollout,
          cores: { legacy: core('legacy'), new: core('new') },
          shadows,
          followUps: new Tails(1, 1),
          recorder: {
            requested: () => tally.requested(),
            settled: (observation) => {
              seen.push(observation.verdict);
              tally.settled(observation);
            },
          },
          now: () => new Date(0),
          newId: () => 'id',
          log: pino({ level: 'silent' }),
          thread: { conclude: async () => 'full', close: async () => undefined },
          seal: null,
          isShedding: () => false,
        };
        const tails = requests.map(
          async ({ primary, shadow, stage, hasSubject, operation, hookBreaks }, i) => {
            rollout.enter(stage);
            const broken = {
              ...operation,
              outcome: () => {
                throw new Error('planted');
              },
            };
            const ready = readyOperation(hookBreaks ? broken : operation, new Date(0));
            const { primary: first } = rollout.decide(hasSubject ? 'C1' : null);
            answers.set(`${first} ${i}`, primary);
            answers.set(`${first === 'legacy' ? 'new' : 'legacy'} ${i}`, shadow);
            const request = {
              method: operation.method,
              path: `/things/${i}`,
              params: { id: String(i) },
              headers: {},
              rawHeaders: [],
              body: new Uint8Array(0),
              subject: hasSubject ? 'C1' : null,
            };
            const { tail } = await dualCall(ready, request, gateway, nobody);
            tail();
          },
        );
        await Promise.all(tails);
        await shadows.idle();
        expect(tally.requests).toBe(requests.length);
        expect(seen).toHaveLength(requests.length);
        expect(VERDICTS.reduce((sum, verdict) => sum + tally.verdicts[verdict], 0)).toBe(requests.length);
      },
    ),
    { numRuns: 300 },
  );
});
