-- The question of a case, encrypted: with its key it can be asked again, without it names nobody.
alter table comparator.comparison add column sealed text;
