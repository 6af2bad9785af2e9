-- The last record that Slack accepted, and the process that sends now. If a controller is killed after a move and before
-- its message, the next process sends the message.
create table rollout.told (
  flag text primary key,
  seq bigint not null,
  teller text not null,
  until timestamptz not null
);
insert into rollout.told select flag, max(seq), '', '-infinity' from rollout.decision group by flag;

do $$
begin
  if exists (select from pg_roles where rolname = 'rollout') then
    grant select, insert, update on rollout.told to rollout;
  end if;
end
$$;
