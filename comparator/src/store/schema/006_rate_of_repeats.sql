-- How often a signature was seen a minute between the last two messages, so that a digest can say whether it grows.
alter table comparator.signature add column told_rate double precision;
