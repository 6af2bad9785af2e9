-- The new core's reconciliation proves the tax books of both cores: it reads the tax lines and their totals, no more.
grant usage on schema legacy to interest_service;
grant select on legacy.tax_line, legacy.tax_tot to interest_service;
