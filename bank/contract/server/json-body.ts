import type { FastifyInstance } from 'fastify';
import { parse as parseStrictly } from 'lossless-json';
import { ProblemError } from './problems.ts';

/**
 * Accepts `application/json` only, in well-formed UTF-8, without a repeated key and without `__proto__`. An empty body
 * counts as absent. JSON.parse alone keeps the last of two equal keys, so two readers could read two different requests.
 */
export function acceptStrictJson(app: FastifyInstance): void {
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  const safeParse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    let text: string;
    try {
      text = utf8.decode(body as Buffer);
      if (text.trim() === '') return done(null, undefined);
      parseStrictly(text, undefined, {
        onDuplicateKey: ({ key }) => {
          throw new SyntaxError(`key ${JSON.stringify(key)} appears twice`);
        },
      });
    } catch (fault) {
      return done(new ProblemError('VALIDATION', { detail: `body: ${(fault as Error).message}` }));
    }
    return safeParse(request, text, done);
  });
}
