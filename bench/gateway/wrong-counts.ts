import type { ShadowCounts } from './counts.ts';
import type { Saturated } from './load.ts';
import type { Sample, ShadowRung } from './shadow-rungs.ts';

/** wrk's connections: at its end, so many requests can be sent but not answered. */
const MAX_UNANSWERED = 32;

/** Sends each request to the new service without a limit, so the answers of a slow service come too late. */
const UNBOUNDED = 'scientist';

/** What is wrong with the rounds of a rung; its speed does not matter. */
export function wrongCounts(rung: ShadowRung, samples: readonly Sample[], isHanging: boolean): string[] {
  return samples.flatMap(({ load, counts }) => [
    ...wrongAnswers(load),
    ...(counts === null ? [] : wrongSums(rung, load, counts, isHanging)),
  ]);
}

function wrongAnswers({ answered, broken, notOk }: Saturated): string[] {
  if (answered > 0 && broken + notOk === 0) return [];
  return [`${answered} answered, ${broken} broken, ${notOk} not 2xx`];
}

function wrongSums(
  { name, without }: ShadowRung,
  { answered }: Saturated,
  counts: ShadowCounts,
  isHanging: boolean,
): string[] {
  const { requests, compared, differing, failed, dropped, passed } = counts;
  const text = JSON.stringify(counts);
  const wrong: string[] = [];
  if (compared + failed + dropped + passed !== requests) wrong.push(`verdicts do not add up: ${text}`);
  if (requests < answered || requests > answered + MAX_UNANSWERED)
    wrong.push(`${answered} answered of ${text}`);
  if (differing > 0) wrong.push(`equal answers counted as different: ${text}`);
  const isWrong = isHanging ? compared > 0 : failed > 0 && name !== UNBOUNDED;
  if (isWrong) wrong.push(`not the counts of such a shadow: ${text}`);
  if (without === null ? passed !== requests : passed > 0) wrong.push(`not the requested operation: ${text}`);
  return wrong;
}
