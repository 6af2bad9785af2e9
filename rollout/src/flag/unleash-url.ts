/** The API root of an Unleash server. The address may end with `/api` or a slash. */
export function unleashApi(address: string): string {
  const base = address.replace(/\/+$/, '');
  return base.endsWith('/api') ? base : `${base}/api`;
}
