-- The stored state of a ramp: its current stage, approvals, the lease of the controller, and all decisions.

-- One row per flag. Gateways read it each half second: a stage that moves no money overrides the flag
-- (src/decide/stage-order.ts). `since` is text, so that it is exactly the text in the flag.
create table rollout.stage (
  flag text primary key,
  stage text not null,
  since text not null check (since ~ '^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$'),
  shadow double precision not null check (shadow between 0 and 1),
  primary_core text not null check (primary_core in ('legacy', 'new')),
  -- A person stopped the ramp, so only a person resumes it.
  held boolean not null,
  check (not held or primary_core = 'legacy'),
  -- Instant of the entry by the configured clock function, which decides about midnights.
  entered_clock timestamptz not null,
  before_stage text,
  before_since text
);

create table rollout.approval (
  flag text not null,
  since text not null,
  approver text not null check (approver = btrim(approver) and approver <> ''),
  at timestamptz not null default clock_timestamp(),
  primary key (flag, since, approver)
);
-- "J. Kim" and "j. kim" are one person.
create unique index one_approval_a_person on rollout.approval (flag, since, lower(approver));

create table rollout.lease (
  flag text primary key,
  holder text not null,
  until timestamptz not null
);

-- Append-only; each record is hashed together with the hash before it. `body` is exactly the text that was hashed.
create table rollout.decision (
  flag text not null,
  seq bigint not null,
  at text not null,
  db_user text not null,
  body text not null,
  previous_hash text not null,
  hash text not null,
  primary key (flag, seq),
  unique (flag, previous_hash),
  check (hash = encode(sha256(convert_to(
    concat_ws(E'\n', previous_hash, seq::text, at, db_user, body), 'UTF8')), 'hex'))
);

create function rollout.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rollout.decision is append-only' using errcode = 'insufficient_privilege';
end
$$;
create trigger append_only before update or delete or truncate on rollout.decision
  for each statement execute function rollout.refuse_change();

-- The only function that inserts. One call at a time takes the next number and the hash of the last record.
create function rollout.append_decision(p_flag text, p_body text) returns table (seq bigint, hash text)
language plpgsql security definer set search_path = pg_catalog as $$
declare
  v_previous text;
  v_seq bigint;
  v_at text := to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
  v_hash text;
begin
  perform pg_advisory_xact_lock(hashtextextended('rollout.decision ' || p_flag, 0));
  select d.hash, d.seq into v_previous, v_seq
    from rollout.decision d where d.flag = p_flag order by d.seq desc limit 1;
  v_previous := coalesce(v_previous, '');
  v_seq := coalesce(v_seq, 0) + 1;
  v_hash := encode(sha256(convert_to(
    concat_ws(E'\n', v_previous, v_seq::text, v_at, session_user::text, p_body), 'UTF8')), 'hex');
  insert into rollout.decision (flag, seq, at, db_user, body, previous_hash, hash)
  values (p_flag, v_seq, v_at, session_user, p_body, v_previous, v_hash);
  return query select v_seq, v_hash;
end
$$;
revoke execute on function rollout.append_decision(text, text) from public;

-- Every gateway may read whether the ramp is stopped.
grant usage on schema rollout to public;
grant select on rollout.stage to public;

-- The operator creates the role. If there is no such role, the owner of the schema runs the controller.
do $$
begin
  if exists (select from pg_roles where rolname = 'rollout') then
    grant select, insert, update on rollout.stage, rollout.lease to rollout;
    grant select, insert on rollout.approval to rollout;
    grant select on rollout.decision to rollout;
    grant execute on function rollout.append_decision(text, text) to rollout;
  end if;
end
$$;
