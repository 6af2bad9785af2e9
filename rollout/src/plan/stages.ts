/**
 * The stages that a plan can name without further terms, in the order of a ramp.
 *
 * - `percent`: share of the customers whose primary is the new core. Whole percents only, because Unleash has 100 buckets.
 * - `cohorts`: named groups of customers whose primary is the new core before the share reaches them.
 * - `shadow`: share of the requests that are sent to the other core as well.
 * - `primary`: `new` if the new core may move money at all in this stage.
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

/** The terms of a stage that has a known name; null if the plan must give the terms itself. */
export function usualTerms(stage: string): StageTerms | null {
  return Object.hasOwn(STAGES, stage) ? STAGES[stage as KnownStage] : null;
}
