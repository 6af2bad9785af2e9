create type legacy.ty_stm as (
  rsp_cd text, msg_id text, msg_tx text, biz_dt text, bs_dt text, bs_seq numeric, acno text, more_fg text, nxt_seq numeric,
  seq text[], kd text[], dt text[], tm text[], vdt text[], amt text[], bal text[]
);

-- Entries in one answer: as many as the group of DPI1200 holds.
create function legacy.f_stm_max() returns integer language sql immutable return 10;

-- DPI1200, statement: entries posted in [p_fr_dt, p_to_dt], oldest first, after entry p_nxt_seq.
create function legacy.dpi1200(p_acno text, p_csno text, p_fr_dt text, p_to_dt text, p_nxt_seq numeric)
returns legacy.ty_stm
language plpgsql volatile as $$
declare
  b legacy.ty_bs := legacy.f_bs(p_acno, p_csno, null, 0);
  s legacy.ty_stm;
begin
  s.rsp_cd := case when b.rsp_cd = '0000' and p_fr_dt > p_to_dt then 'E403' else b.rsp_cd end;
  select msg_id, msg_tx into strict s.msg_id, s.msg_tx from legacy.rsp_msg where rsp_cd = s.rsp_cd;
  s.biz_dt := legacy.f_ymd(core.business_date());
  if s.rsp_cd <> '0000' then
    return s;
  end if;
  select coalesce(max(e.seq), p_nxt_seq), coalesce(array_agg(e.seq::text order by e.seq), '{}'),
         coalesce(array_agg(legacy.f_cd('K', e.kind) order by e.seq), '{}'),
         coalesce(array_agg(legacy.f_ymd(e.business_date)::text order by e.seq), '{}'),
         coalesce(array_agg(legacy.f_hms(e.posted_at)::text order by e.seq), '{}'),
         coalesce(array_agg(legacy.f_ymd(e.value_date)::text order by e.seq), '{}'),
         coalesce(array_agg(e.amount::text order by e.seq), '{}'),
         coalesce(array_agg(e.balance_after::text order by e.seq), '{}')
    into s.nxt_seq, s.seq, s.kd, s.dt, s.tm, s.vdt, s.amt, s.bal
    from (select * from core.account_txn
           where account_no = p_acno and seq > p_nxt_seq
             and business_date between to_date(p_fr_dt, 'YYYYMMDD') and to_date(p_to_dt, 'YYYYMMDD')
           order by seq limit legacy.f_stm_max()) e;
  s.acno := p_acno;
  s.more_fg := case when exists (
    select from core.account_txn
     where account_no = p_acno and seq > s.nxt_seq
       and business_date between to_date(p_fr_dt, 'YYYYMMDD') and to_date(p_to_dt, 'YYYYMMDD')) then 'Y' else 'N' end;
  return s;
end
$$;
