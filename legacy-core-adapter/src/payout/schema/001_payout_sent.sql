-- What the adapter has sent and what became of it: noted before a payout goes out, so that a restart or another
-- adapter goes on asking. One request with a key can be open at a time: nobody sends a second while the first is unknown.
do $$
begin
  if not exists (select from pg_roles where rolname = 'legacy_adapter') then
    create role legacy_adapter login password 'legacy_adapter';
  end if;
end
$$;

create table adapter.payout_sent (
  guid char(32) primary key,
  account_no text not null,
  customer_id text not null,
  channel_key text not null,
  trace_id text not null,
  noted_at timestamptz not null default clock_timestamp(),
  -- Until then the request itself waits for its answer; nobody else may inquire.
  due_at timestamptz not null,
  -- null: nobody knows yet.
  outcome text check (outcome in ('PAID', 'REFUSED', 'NOT_EXECUTED')),
  settled_at timestamptz,
  next_inquiry_at timestamptz not null,
  inquiries integer not null default 0,
  check ((outcome is null) = (settled_at is null))
) with (fillfactor = 80);
create unique index one_open_request_per_key on adapter.payout_sent (customer_id, channel_key) where outcome is null;
create index to_inquire on adapter.payout_sent (next_inquiry_at) where outcome is null;
create index to_forget on adapter.payout_sent (settled_at) where outcome is not null;

grant usage on schema adapter to legacy_adapter;
grant select, insert, update, delete on adapter.payout_sent to legacy_adapter;
