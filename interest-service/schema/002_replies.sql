-- A payout that was refused, as the answer of its key. What was paid needs no row here: the receipt is the reply.
create table interest.reply (
  customer_id text not null,
  channel_key text not null,
  request_hash text not null,
  problem jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (customer_id, channel_key)
);
-- The sweeper takes the oldest first.
create index reply_age on interest.reply (created_at);

grant select on interest.reply to interest_service, auditor;
grant insert, delete on interest.reply to interest_service;
