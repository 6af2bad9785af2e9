/**
 * The stages of a migration, in the order of a ramp, with the terms they have unless a plan says otherwise.
 *
 * `percent` is the share of customers whose primary is the new core; whole percents only, because the bucket of
 * Unleash is one of 100. `cohorts` are named groups that are in before the share reaches them. `shadow` is the share
 * of requests that are put to the other core too. `primary`: `new` where the new core may move money at all.
 */
export const STAGES = {
  off: { percent: 0, cohorts: [], shadow: 0, primary: 'legacy' },
  shadow: { percent: 0, cohorts: [], shadow: 1, primary: 'legacy' },
  team: { percent: 0, cohorts: ['team'], shadow: 1, primary: 'new' },
  staff: { percent: 0, cohorts: ['team', 'staff'], shadow: 1, primary: 'new' },
  'ramp-1': { percent: 1, cohorts: ['team', 'staff'], shadow: 1, primary: 'new' },
  'ramp-10': { percent: 10, cohorts: ['team', 'staff'], shadow: 1, primary: 'new' },
  'ramp-50': { percent: 50, cohorts: ['team', 'staff'], shadow: 1, primary: 'new' },
  'ramp-90': { percent: 90, cohorts: ['team', 'staff'], shadow: 1, primary: 'new' },
  full: { percent: 100, cohorts: ['team', 'staff'], shadow: 1, primary: 'new' },
} as const satisfies Record<string, StageTerms>;

export type Primary = 'legacy' | 'new';

export type StageTerms = {
  percent: number;
  cohorts: readonly string[];
  shadow: number;
  primary: Primary;
};

type KnownStage = keyof typeof STAGES;
export const STAGE_NAMES = Object.keys(STAGES) as KnownStage[];

/** The terms a stage has by its name alone; null for a name that only a plan can explain. */
export function usualTerms(stage: string): StageTerms | null {
  return Object.hasOwn(STAGES, stage) ? STAGES[stage as KnownStage] : null;
}
