-- What a follower of the ledger may read: every movement, payout, reversal and change of standing moves the head of its
-- account (it takes the next seq), so the heads alone tell all of it, without one more row in anybody's transaction.
-- Terms and rates are in the stream because they change quotes without touching any account.
create publication ledger_heads for table
  core.account (account_no, last_seq), core.product_terms, core.rate_tier;

-- The right to replicate reads the whole log of the server: nobody else has this role's password.
do $$
begin
  if not exists (select from pg_roles where rolname = 'ledger_stream') then
    create role ledger_stream login replication password 'ledger_stream';
  end if;
end
$$;
grant usage on schema core to ledger_stream;
