/**
 * The stages of a migration, in the order of a ramp.
 *
 * `percent` is the share of customers whose primary is the new core; whole percents only, because the bucket of
 * Unleash is one of 100. `cohorts` are named groups that are in before the share reaches them. `shadow`: is the other
 * core asked too. `movesMoney`: may the new core be primary at all.
 */
export const STAGES = {
  off: { percent: 0, cohorts: [], shadow: false, movesMoney: false },
  shadow: { percent: 0, cohorts: [], shadow: true, movesMoney: false },
  team: { percent: 0, cohorts: ['team'], shadow: true, movesMoney: true },
  staff: { percent: 0, cohorts: ['team', 'staff'], shadow: true, movesMoney: true },
  'ramp-1': { percent: 1, cohorts: ['team', 'staff'], shadow: true, movesMoney: true },
  'ramp-10': { percent: 10, cohorts: ['team', 'staff'], shadow: true, movesMoney: true },
  'ramp-50': { percent: 50, cohorts: ['team', 'staff'], shadow: true, movesMoney: true },
  'ramp-90': { percent: 90, cohorts: ['team', 'staff'], shadow: true, movesMoney: true },
  full: { percent: 100, cohorts: ['team', 'staff'], shadow: true, movesMoney: true },
} as const satisfies Record<string, StageTerms>;

type StageTerms = {
  percent: number;
  cohorts: readonly CohortName[];
  shadow: boolean;
  movesMoney: boolean;
};

export const COHORTS = ['team', 'staff'] as const;
type CohortName = (typeof COHORTS)[number];

export type StageName = keyof typeof STAGES;
export const STAGE_NAMES = Object.keys(STAGES) as StageName[];

export function isStageName(text: unknown): text is StageName {
  return typeof text === 'string' && Object.hasOwn(STAGES, text);
}
