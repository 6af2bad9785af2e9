-- What a case is a case of: the releases of both cores (their header `core-version`), the rules they were compared by, and
-- the state both answered from. Null: a core did not tell, or the case is older than these columns.
alter table comparator.comparison
  add column primary_version text,
  add column shadow_version text,
  add column rules_version text,
  add column basis text;
