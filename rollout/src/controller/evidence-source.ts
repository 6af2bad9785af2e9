import { checkEvidence, type Evidence } from '../gate/evidence.ts';
import type { Stay } from '../plan/stay.ts';

/** Deadline of one answer. The comparator reads a few hundred rows for it. */
const EVIDENCE_TIMEOUT_MS = 3_000;

/** Why there is no evidence. This is a value and not a fault, because without evidence the gate returns UNKNOWN. */
type NoEvidence = { unreachable: string };
export type EvidenceSource = (stay: Stay) => Promise<Evidence | NoEvidence>;

/** Reads the evidence of a stay from `GET {url}?stage=&since=`. An address without a path gets the path `/evidence`. */
export function evidenceOver(url: string): EvidenceSource {
  const resource = new URL(url);
  if (resource.pathname === '/') resource.pathname = '/evidence';
  return async ({ stage, since }) => {
    const request = new URL(resource);
    request.searchParams.set('stage', stage);
    request.searchParams.set('since', since);
    try {
      const answer = await fetch(request, { signal: AbortSignal.timeout(EVIDENCE_TIMEOUT_MS) });
      if (!answer.ok) return { unreachable: `${request.href} answered with status ${answer.status}` };
      return checkEvidence(await answer.json());
    } catch (error) {
      return { unreachable: `${request.href}: ${reasonOf(error)}` };
    }
  };
}

/** `fetch` throws "fetch failed"; the reason is in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
