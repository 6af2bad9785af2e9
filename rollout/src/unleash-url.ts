/** The API root of an Unleash server, from its base address with or without `/api` or a final slash. */
export function unleashApi(address: string): string {
  const base = address.replace(/\/+$/, '');
  return base.endsWith('/api') ? base : `${base}/api`;
}
