import type { FastifyInstance } from 'fastify';
import { parse as parseStrictly } from 'lossless-json';
import { Refused } from './refused.ts';

/**
 * Accepts `application/json` only, as well-formed UTF-8, with no key twice and no `__proto__`. An empty body is
 * an absent body. JSON.parse alone keeps the last of two equal keys, so two readers may see two requests.
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
      return done(new Refused('VALIDATION', { detail: `body: ${(fault as Error).message}` }));
    }
    return safeParse(request, text, done);
  });
}
