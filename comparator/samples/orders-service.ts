/**
 * A small order service in two versions: `node orders-service.ts old 9001` and `node orders-service.ts new 9002`. The new
 * version rounds a discount up: one cent on order 7, and on every order with an odd number of cents.
 */
import { createServer } from 'node:http';

const [which = 'old', port = '9001'] = process.argv.slice(2);

createServer((request, response) => {
  const id = Number(/^\/orders\/(\d{1,6})$/.exec(request.url ?? '')?.[1] ?? Number.NaN);
  if (Number.isNaN(id)) return void response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
  const cents = 1_000 + id * 15;
  const discounted = (cents * 9) / 10;
  const total = which === 'old' ? Math.floor(discounted) : Math.ceil(discounted);
  const tags = id % 2 === 0 ? ['gift', 'express'] : ['express'];
  const order = {
    id,
    customer: `Customer ${id}`,
    total: (total / 100).toFixed(2),
    lines: Array.from({ length: (id % 3) + 1 }, (_, line) => ({ line, article: `A-${id}-${line}` })),
    tags: which === 'old' ? tags : tags.toReversed(),
    servedBy: `${which}-${process.pid}`,
  };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(order));
}).listen(Number(port), '127.0.0.1', () => process.stderr.write(`${which} orders on ${port}\n`));
