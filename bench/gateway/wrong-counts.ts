import type { ShadowCounts } from './counts.ts';
import type { Saturated } from './load.ts';
import type { Sample, ShadowRung } from './shadow-rungs.ts';

/** wrk's connections: what is under way when it ends is asked but not answered. */
const UNDER_WAY = 32;

/** It asks the new service as often as it is asked, whoever waits there: a slow one's answers then come too late. */
const UNBOUNDED = 'scientist';

/** What is wrong with the rounds of a rung, whatever its speed. */
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
  const told = JSON.stringify(counts);
  const wrong: string[] = [];
  if (compared + failed + dropped + passed !== requests) wrong.push(`verdicts do not add up: ${told}`);
  if (requests < answered || requests > answered + UNDER_WAY) wrong.push(`${answered} answered of ${told}`);
  if (differing > 0) wrong.push(`equal answers called different: ${told}`);
  const isWrong = isHanging ? compared > 0 : failed > 0 && name !== UNBOUNDED;
  if (isWrong) wrong.push(`not what such a shadow does: ${told}`);
  if (without === null ? passed !== requests : passed > 0) wrong.push(`not what was asked for: ${told}`);
  return wrong;
}
