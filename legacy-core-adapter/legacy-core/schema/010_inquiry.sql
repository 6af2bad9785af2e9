-- Longest wait of an inquiry for a request that is being worked on.
create function legacy.f_inq_wait_ms() returns text language sql immutable return '300';

-- DPI9100, inquiry: the answer that the payout request with this GUID got, or would have got back.
-- The inquiry settles the matter. A request that has not arrived is closed here (E601): should it still come, it is
-- refused (E305) and never executed. One that is being worked on is waited for a moment, then reported (E602).
create function legacy.dpi9100(p_org_guid text, p_acno text, p_csno text) returns legacy.ty_ans
language plpgsql volatile as $$
declare
  g legacy.guid_log;
begin
  perform set_config('lock_timeout', legacy.f_inq_wait_ms(), true);
  begin
    insert into legacy.guid_log (guid, st_cd, rq_ts, tr_cd, acno, csno)
    values (p_org_guid, '09', core.bank_now(), 'DPI9100', p_acno, p_csno) on conflict do nothing;
  exception when lock_not_available then
    return legacy.f_ans('E602', null, null);
  end;
  select * into strict g from legacy.guid_log where guid = p_org_guid;
  if g.acno <> p_acno or g.csno <> p_csno then
    return legacy.f_ans('E401', null, null);
  elsif g.st_cd = '09' then
    return legacy.f_ans('E601', null, null);
  elsif g.payo_id is not null then
    return legacy.f_rcpt_ans(g.payo_id, g.repl_fg);
  end if;
  return legacy.f_ans(g.rsp_cd, to_date(g.bs_dt, 'YYYYMMDD'), g.bs_seq);
end
$$;
