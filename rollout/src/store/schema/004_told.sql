-- How far Slack has been told: the last record it took, and who is telling it now. A controller that is killed between a move
-- and its message leaves the message due, and the next one sends it.
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
