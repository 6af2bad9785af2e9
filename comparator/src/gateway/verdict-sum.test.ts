import { STAGE_NAMES, VERDICTS } from '@core-exit/rollout';
import { fakeRollout } from '@core-exit/rollout/testing';
import fc from 'fast-check';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { thingOrder, thingRead, thingService } from '../../testing/thing-service.ts';
import { Answer } from '../engine/index.ts';
import { Tally } from '../store/tally.ts';
import type { Call } from '../verdict/call.ts';
import { BoundedSemaphore } from './bounded-semaphore.ts';
import { compileOperation } from './compiled-operation.ts';
import type { CoreClient, Sink } from './core-client.ts';
import { compareAfterwards, dualCall } from './dual-call.ts';
import type { Gateway } from './ports.ts';

const answered = (status: number, body: string, type = 'application/json'): Call => ({
  kind: 'answered',
  answer: new Answer(status, { 'content-type': type }, Buffer.from(body)),
  rawHeaders: [],
  ms: 1,
});

/** A customer who reads nothing. */
const customer: Sink = {
  inform: () => undefined,
  begin: () => undefined,
  write: () => true,
  end: () => undefined,
  cut: () => undefined,
};

/** Whatever a core may do, including answers that no rule foresees. */
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
      async (requests, permits, queue) => {
        const tally = new Tally();
        const rollout = fakeRollout();
        const shadows = new BoundedSemaphore(permits + 1, queue);
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
          followUps: new BoundedSemaphore(1, 1),
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
          encryptRequest: null,
          isShedding: () => false,
        };
        const all = requests.map(async ({ primary, shadow, stage, hasSubject, operation, hookBreaks }, i) => {
          rollout.enter(stage);
          const broken = {
            ...operation,
            outcome: () => {
              throw new Error('planted');
            },
          };
          const compiled = compileOperation(hookBreaks ? broken : operation, new Date(0));
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
          const { answered } = await dualCall(gateway, compiled, request, customer);
          await compareAfterwards(answered);
        });
        await Promise.all(all);
        await shadows.idle();
        expect(tally.requests).toBe(requests.length);
        expect(seen).toHaveLength(requests.length);
        expect(VERDICTS.reduce((sum, verdict) => sum + tally.verdicts[verdict], 0)).toBe(requests.length);
      },
    ),
    { numRuns: 300 },
  );
});
