import { relationExists, type Schema } from '@core-exit/process/migrations';

/** Releases up to 0.2.0 recorded the applied migrations by class name, in the table of TypeORM's migrations. */
const FILES_BY_MIGRATION: Record<string, string> = {
  InterestAndTax1763600000000: '001_interest_and_tax.sql',
  Replies1763700000000: '002_replies.sql',
  TaxPath1763720000000: '003_tax_path.sql',
  OperatorsAndCapitalisation1763730000000: '004_operators_and_capitalisation.sql',
};

const APPLIED_MIGRATIONS = 'select name from public.interest_migrations';

/** Schemas `interest` and `tax` of the new core. The files create both. */
export const INTEREST_SCHEMA: Schema = {
  name: 'interest',
  directory: new URL('../../schema/', import.meta.url),
  isCreatedByFiles: true,
  async takeOver(client) {
    if (!(await relationExists(client, 'public.interest_migrations'))) return [];
    const { rows } = await client.query<{ name: string }>(APPLIED_MIGRATIONS);
    return rows.map(({ name }) => FILES_BY_MIGRATION[name] ?? name);
  },
};
