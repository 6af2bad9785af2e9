import type { Entry } from './flag-control.ts';
import { checkEvidence, type Evidence } from './gate/evidence.ts';

/** One answer of the evidence source; it reads a few hundred rows. */
const EVIDENCE_TIMEOUT_MS = 3_000;

/** Why there is no evidence; a value, because without evidence the gate says UNKNOWN. */
type NoEvidence = { unreachable: string };
export type EvidenceSource = (entry: Entry) => Promise<Evidence | NoEvidence>;

/** Asks `GET {url}?stage=&since=` for the evidence of one entry into a stage. A bare address means its `/evidence`. */
export function evidenceOver(url: string): EvidenceSource {
  const resource = new URL(url);
  if (resource.pathname === '/') resource.pathname = '/evidence';
  return async ({ stage, since }) => {
    const asked = new URL(resource);
    asked.searchParams.set('stage', stage);
    asked.searchParams.set('since', since);
    try {
      const answer = await fetch(asked, { signal: AbortSignal.timeout(EVIDENCE_TIMEOUT_MS) });
      if (!answer.ok) return { unreachable: `${asked.href} answered ${answer.status}` };
      return checkEvidence(await answer.json());
    } catch (error) {
      return { unreachable: `${asked.href}: ${reasonOf(error)}` };
    }
  };
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
