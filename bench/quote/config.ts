/** Settings that the bench gives a rung. */
export function readRungConfig(env: NodeJS.ProcessEnv = process.env) {
  return {
    port: Number(env['PORT']),
    kind: env['RUNG'] === 'no-op' ? ('no-op' as const) : ('redis-get' as const),
    redisUrl: env['REDIS_URL'] ?? '',
    body: env['RUNG_BODY'] ?? '',
  };
}
