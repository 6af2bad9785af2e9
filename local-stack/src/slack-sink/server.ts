import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { type Behaviour, BehaviourSwitch, behaviourSchema } from './behaviour.ts';
import { blocksSchema } from './block-kit.ts';
import { Inbox } from './inbox.ts';
import type { Payload } from './message.ts';
import { renderPage } from './page.ts';

/** Slack's own limit on attachments of one message. */
const MAX_ATTACHMENTS = 100;
const MAX_BODY_BYTES = 256 * 1024;

const payloadSchema = {
  type: 'object',
  properties: {
    text: { type: 'string' },
    blocks: blocksSchema,
    attachments: { type: 'array', items: { type: 'object', properties: { blocks: blocksSchema } } },
  },
} as const;

/**
 * A stand-in for Slack's incoming webhooks. It answers like Slack (plain text `ok`, `invalid_payload`, `invalid_blocks`,
 * `no_text`, `too_many_attachments`) and shows the received messages.
 */
export function slackSink(now: () => number = Date.now): FastifyInstance {
  const inbox = new Inbox();
  const behaviour = new BehaviourSwitch();
  const app = Fastify({
    bodyLimit: MAX_BODY_BYTES,
    forceCloseConnections: true, // also connections without an answer
    ajv: { customOptions: { discriminator: true, coerceTypes: false, removeAdditional: false } },
  });

  const refuse = (reply: FastifyReply, status: number, answer: string, because: string) => {
    inbox.refuse({ receivedAt: now(), status, answer, because });
    return reply.code(status).type('text/plain').send(answer);
  };

  app.post<{ Body: Payload }>('/services/:team/:bot/:secret', {
    schema: { body: payloadSchema },
    attachValidation: true,
    onRequest(_request, reply, proceed) {
      if (!misbehave(behaviour.next(), reply, refuse)) proceed();
    },
    errorHandler: (error, _request, reply) => void refuse(reply, 400, 'invalid_payload', error.message),
    handler(request, reply) {
      const { validationError, body } = request;
      if (validationError)
        return refuse(reply, 400, answerTo(validationError.message), validationError.message);
      if ((body.attachments?.length ?? 0) > MAX_ATTACHMENTS) {
        return refuse(reply, 400, 'too_many_attachments', `more than ${MAX_ATTACHMENTS} attachments`);
      }
      if (!body.text && !body.blocks?.length && !body.attachments?.length) {
        return refuse(reply, 400, 'no_text', 'neither text nor blocks nor attachments');
      }
      inbox.accept(body, now());
      return reply.type('text/plain').send('ok');
    },
  });

  app.get('/', (_request, reply) => {
    const page = renderPage(inbox);
    return reply.type('text/html; charset=utf-8').header('content-security-policy', PAGE_POLICY).send(page);
  });
  app.get('/messages', () => inbox.messages);
  app.get('/refusals', () => inbox.refusals);
  app.delete('/messages', (_request, reply) => {
    inbox.clear();
    return reply.code(204).send();
  });
  app.post<{ Body: Behaviour }>('/_behaviour', { schema: { body: behaviourSchema } }, (request, reply) => {
    behaviour.set(request.body);
    return reply.code(204).send();
  });
  app.get('/health/live', () => ({ status: 'live' }));
  app.get('/health/ready', () => ({ status: 'ready' }));
  return app;
}

/** The page shows untrusted content, so scripts are off and only images may come from other hosts. */
const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src https: http:";

/** Slack's answer is one word; the details are in the list of refusals. */
function answerTo(because: string): string {
  return because.includes('/blocks') ? 'invalid_blocks' : 'invalid_payload';
}

type Refuse = (reply: FastifyReply, status: number, answer: string, because: string) => FastifyReply;

/** True if the post was answered here, as the configured behaviour demands. */
function misbehave(behaviour: Behaviour, reply: FastifyReply, refuse: Refuse): boolean {
  switch (behaviour.mode) {
    case 'accept':
      return false;
    case 'rate-limit':
      reply.header('retry-after', String(behaviour.retryAfterSeconds));
      refuse(reply, 429, 'rate_limited', 'set by /_behaviour');
      return true;
    case 'fail':
      refuse(reply, behaviour.status, 'service_unavailable', 'set by /_behaviour');
      return true;
    case 'hang':
      reply.hijack(); // no answer; the connection ends when the sender or this server closes it
      return true;
  }
}
