-- Reconciliation looks at the receipts of a few days. They come in the order of time, so a block range index of a few
-- pages finds them, and it costs a payout nothing.
create index interest_payout_day on core.interest_payout using brin (business_date)
  with (pages_per_range = 32, autosummarize = on);
